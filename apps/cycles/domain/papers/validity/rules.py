"""The rules one by one. Each finds its breaches on the ballot as given."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from apps.cycles.domain.papers.answers import Answers
from apps.cycles.domain.papers.templates import Item, ItemKind, PaperTemplate, RuleKind
from apps.cycles.domain.papers.validity.numbers import WHOLE, band_text, hundredths, plain

Params = Mapping[str, Any]
OPTION_KINDS = frozenset({ItemKind.GRADE, ItemKind.YES_NO})


@dataclass(frozen=True, slots=True)
class Sheet:
    """A ballot as given, with the questions the rules ask of it."""

    template: PaperTemplate
    answers: Answers
    subjects: Sequence[str]
    keys: tuple[str, ...]  # of the items answered by a mark

    def is_marked(self, subject: str, key: str) -> bool:
        """Tell whether there is any mark; several marks on paper are marks too."""
        return bool(self.answers.get(subject, {}).get(key))

    def answer(self, subject: str, key: str) -> str:
        """Return the single answer, empty if there is none or several."""
        answer = self.answers.get(subject, {}).get(key)
        return answer if isinstance(answer, str) else ""

    def is_evaluated(self, subject: str) -> bool:
        """Tell whether the reviewee bears a mark at all."""
        row = self.answers.get(subject, {})
        return any(row.get(key) for key in self.keys)

    def excused(self) -> str:
        """Return the one reviewee left blank who may be the evaluator; empty if the form asks all or more than one is blank."""
        if not self.template.excludes_self:
            return ""
        blank = [subject for subject in self.subjects if not self.is_evaluated(subject)]
        return blank[0] if len(blank) == 1 else ""


Finding = tuple[str, str, str, str]  # subject, item, found, wanted
Finder = Callable[[Sheet, Params], Iterator[Finding]]


def marked_items(template: PaperTemplate) -> tuple[Item, ...]:
    """Return the items answered by a mark, not by words."""
    return tuple(item for item in template.items if item.kind is not ItemKind.TEXT)


def token(item: Item, answer: str) -> str | int:
    """Return what makes two answers the same: "8.50" is 8.5."""
    number = hundredths(answer) if item.kind is ItemKind.NUMBER else None
    return answer if number is None else number


def judged_items(template: PaperTemplate, kind: RuleKind, params: Params) -> tuple[Item, ...]:
    """Return the items a rule speaks about; an empty list means all of the sort that the rule is about."""
    keys = params.get("items") or ()
    if keys:
        return tuple(item for item in marked_items(template) if item.key in keys)
    return tuple(item for item in marked_items(template) if _is_meant(kind, item, params.get("overall")))


def _is_meant(kind: RuleKind, item: Item, overall: str | None) -> bool:
    if kind is RuleKind.BLANK:
        return item.is_required
    if kind is RuleKind.ALL_EQUAL:
        return item.is_scored
    sort = {ItemKind.NUMBER} if kind is RuleKind.BAND_AGREES else OPTION_KINDS
    return item.key != overall and item.kind in sort


def most(params: Params, n_subjects: int) -> int | None:
    """Return the greatest number of persons a count limit allows among ``n_subjects``, ``None`` for no limit."""
    limits = [] if params.get("max_n") is None else [int(params["max_n"])]
    share = hundredths(params.get("max_share"))
    return min([*limits, *([] if share is None else [share * n_subjects // WHOLE])], default=None)


def least(params: Params, n_subjects: int) -> int:
    """Return the smallest number of persons a count limit asks for among ``n_subjects``."""
    share = hundredths(params.get("min_share")) or 0
    return max(int(params.get("min_n") or 0), -(-share * n_subjects // WHOLE))


def _multi_mark(sheet: Sheet, _params: Params) -> Iterator[Finding]:
    """Two answers to one item. Source: S57 (the item is void), S58 (the whole ballot, when the form says so)."""
    for subject in sheet.subjects:
        for key in sheet.keys:
            if sheet.is_marked(subject, key) and not sheet.answer(subject, key):
                yield subject, key, "", ""


def _blank(sheet: Sheet, params: Params) -> Iterator[Finding]:
    """A compulsory item left blank. Source: T1 (all marks compulsory), T18 and S58 ("no missing, no extra")."""
    excused = sheet.excused()
    keys = [item.key for item in judged_items(sheet.template, RuleKind.BLANK, params)]
    for subject in sheet.subjects:
        for key in keys:
            if subject != excused and not sheet.is_marked(subject, key):
                yield subject, key, "", ""


def _count_limit(sheet: Sheet, params: Params) -> Iterator[Finding]:
    """Too many or too few persons with certain answers; a share is of all reviewees. Source: S50 and T14, S60 ("> 80 %")."""
    key = params.get("item", "")
    n = sum(_is_counted(params, sheet.answer(subject, key)) for subject in sheet.subjects)
    floor, ceiling = least(params, len(sheet.subjects)), most(params, len(sheet.subjects))
    if n < floor:
        yield "", key, str(n), str(floor)
    if ceiling is not None and n > ceiling:
        yield "", key, str(n), str(ceiling)


def _is_counted(params: Params, answer: str) -> bool:
    if params.get("answers"):
        return answer in params["answers"]
    number = hundredths(answer)
    low, high = hundredths(params.get("at_least")), hundredths(params.get("at_most"))
    return number is not None and (low is None or number >= low) and (high is None or number <= high)


def _all_equal(sheet: Sheet, params: Params) -> Iterator[Finding]:
    """The same for everybody, item by item; blanks are left aside. Source: S50, T14 ("all full marks, all equal")."""
    items = judged_items(sheet.template, RuleKind.ALL_EQUAL, params)
    if items and all(_is_uniform(sheet, item, params.get("answers") or ()) for item in items):
        yield "", items[0].key if len(items) == 1 else "", "", ""


def _is_uniform(sheet: Sheet, item: Item, among: Sequence[str]) -> bool:
    answers = [answer for subject in sheet.subjects if (answer := sheet.answer(subject, item.key))]
    seen = {token(item, answer) for answer in answers}
    return len(answers) > 1 and len(seen) == 1 and (not among or seen <= {token(item, one) for one in among})


def _overall_agrees(sheet: Sheet, params: Params) -> Iterator[Finding]:
    """Overall the best although too few items are. Source: S60 ("overall 优秀 although < 90 % of the items are")."""
    overall, share = params.get("overall", ""), hundredths(params.get("min_share")) or 0
    keys = [item.key for item in judged_items(sheet.template, RuleKind.OVERALL_AGREES, params)]
    for subject in sheet.subjects:
        answers = [answer for key in keys if (answer := sheet.answer(subject, key))]
        n_best = sum(answer in params.get("best", ()) for answer in answers)
        wanted = -(-share * len(answers) // WHOLE)
        if sheet.answer(subject, overall) == params.get("option") and n_best < wanted:
            yield subject, overall, str(n_best), str(wanted)


def _overall_floor(sheet: Sheet, params: Params) -> Iterator[Finding]:
    """An item at the bottom, yet overall better than allowed. Source: S60 ("any 不称职 item but overall better")."""
    overall = params.get("overall", "")
    better = better_options(sheet.template, overall, params.get("not_better_than", ""))
    items = judged_items(sheet.template, RuleKind.OVERALL_FLOOR, params)
    for subject in sheet.subjects:
        has_worst = any(sheet.answer(subject, item.key) in params.get("worst", ()) for item in items)
        if has_worst and sheet.answer(subject, overall) in better:
            yield subject, overall, "", ""


def better_options(template: PaperTemplate, item_key: str, option_key: str) -> tuple[str, ...]:
    """Return the options of an item that stand above one of them; none if it has no such option."""
    item = template.item(item_key)
    keys = tuple(option.key for option in template.options_of(item)) if item else ()
    return keys[: keys.index(option_key)] if option_key in keys else ()


def _band_agrees(sheet: Sheet, params: Params) -> Iterator[Finding]:
    """The tick is not of the band in which the numbers' sum lies. Source: T10 ("the tick must agree with the score")."""
    overall = params.get("overall", "")
    keys = [item.key for item in judged_items(sheet.template, RuleKind.BAND_AGREES, params)]
    bands = _bands(sheet.template, overall)
    for subject in sheet.subjects:
        numbers = [hundredths(sheet.answer(subject, key)) for key in keys]
        total = sum(number for number in numbers if number is not None)
        low, high = bands.get(sheet.answer(subject, overall), (None, None))
        is_off = (low is not None and total < low) or (high is not None and total > high)
        if keys and None not in numbers and is_off:
            yield subject, overall, plain(total), band_text(low, high)


def _bands(template: PaperTemplate, item_key: str) -> dict[str, tuple[int | None, int | None]]:
    item = template.item(item_key)
    options = template.options_of(item) if item else ()
    return {option.key: (_edge(option.low), _edge(option.high)) for option in options}


def _edge(number: Decimal | None) -> int | None:
    return int(number * 100) if number is not None and number * 100 % 1 == 0 else None


def _rank_complete(sheet: Sheet, params: Params) -> Iterator[Finding]:
    """Ranks tied, skipped or missing; no rank at all is an abstention. Source: S59, T15 ("no ties, gaps or alterations")."""
    key = params.get("item", "")
    n = len(sheet.subjects) - (1 if sheet.excused() else 0)
    ranks = [hundredths(sheet.answer(subject, key)) for subject in sheet.subjects]
    given = sorted(rank for rank in ranks if rank is not None)
    is_any_marked = any(sheet.is_marked(subject, key) for subject in sheet.subjects)
    if is_any_marked and given != [100 * rank for rank in range(1, n + 1)]:
        yield "", key, "", str(n)


def _min_answered(sheet: Sheet, params: Params) -> Iterator[Finding]:
    """Too few persons evaluated; never asks for more than there are. Source: T1 ("unlocks only at 14/14")."""
    n = sum(sheet.is_evaluated(subject) for subject in sheet.subjects)
    wanted = min(int(params.get("n") or 0), len(sheet.subjects) - sheet.template.excludes_self)
    if n < wanted:
        yield "", "", str(n), str(wanted)


FINDERS: Mapping[RuleKind, Finder] = {
    RuleKind.MULTI_MARK: _multi_mark,
    RuleKind.BLANK: _blank,
    RuleKind.COUNT_LIMIT: _count_limit,
    RuleKind.ALL_EQUAL: _all_equal,
    RuleKind.OVERALL_AGREES: _overall_agrees,
    RuleKind.OVERALL_FLOOR: _overall_floor,
    RuleKind.BAND_AGREES: _band_agrees,
    RuleKind.RANK_COMPLETE: _rank_complete,
    RuleKind.MIN_ANSWERED: _min_answered,
}
