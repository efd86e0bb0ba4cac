"""Which marks of a ballot count: the validity rules of the form, applied to one whole ballot.

Every rule looks at the ballot as it was given and never at what another rule made void, so neither the order of the rules nor that
of the reviewees matters; all consequences are applied together. ``static/evaluations/validity.js`` holds the same rules for the
browser. Numbers are compared as whole hundredths, never as floats.

Source: rules of real forms, domain reference 1.8 (S50, S57–S60) and layouts T10, T14, T15, T18; design.md section 4, "Validity".
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apps.common.domain.labels import LabelledEnum
from apps.cycles.domain.papers.answers import NUMBER, Answers, is_allowed
from apps.cycles.domain.papers.templates import Consequence, Item, ItemKind, PaperTemplate, RuleKind

Params = Mapping[str, Any]
WHOLE = 10_000  # 100 per cent in hundredths of a per cent
OPTION_KINDS = frozenset({ItemKind.GRADE, ItemKind.YES_NO})


@dataclass(frozen=True, slots=True)
class Violation:
    """One breach of one rule.

    ``rule_no`` counts the template's rules from 0. An empty ``subject`` means the whole ballot. ``found`` and ``wanted`` are the
    figures that do not agree, as text for people; empty where the rule has none.
    """

    rule_no: int
    kind: RuleKind
    consequence: Consequence
    subject: str = ""
    item: str = ""
    found: str = ""
    wanted: str = ""

    @property
    def voids_ballot(self) -> bool:
        """Tell whether nothing of the ballot counts; a consequence that has nothing narrower to fall on falls on the ballot."""
        if self.consequence is Consequence.ITEM:
            return not self.item
        return self.consequence is Consequence.BALLOT or not self.subject


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the rules say of one ballot. Violations come rule by rule, inside a rule in the order of the subjects."""

    violations: tuple[Violation, ...] = ()
    is_void: bool = False
    void_subjects: frozenset[str] = frozenset()
    void_items: frozenset[tuple[str, str]] = frozenset()


class ForeignAnswer(LabelledEnum):
    """Why a ballot was not filled in on this form. Its whole ballot is void: our page cannot have made it."""

    SUBJECT = "subject", "票上有不在本场的述职对象"
    ITEM = "item", "票上有测评表里没有的项目"
    ANSWER = "answer", "票上有测评表不提供的答案"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A ballot as given, with the questions the rules ask of it."""

    template: PaperTemplate
    answers: Answers
    subjects: Sequence[str]

    def is_marked(self, subject: str, key: str) -> bool:
        """Tell whether there is any mark; several marks on paper are marks too."""
        return bool(self.answers.get(subject, {}).get(key))

    def answer(self, subject: str, key: str) -> str:
        """Return the single answer, empty if there is none or several."""
        answer = self.answers.get(subject, {}).get(key)
        return answer if isinstance(answer, str) else ""

    def is_evaluated(self, subject: str) -> bool:
        """Tell whether the reviewee bears a mark at all."""
        return any(self.is_marked(subject, item.key) for item in marked_items(self.template))

    def excused(self) -> str:
        """Return the one reviewee left blank who may be the evaluator; empty if the form asks all or more than one is blank."""
        blank = [subject for subject in self.subjects if not self.is_evaluated(subject)]
        return blank[0] if self.template.excludes_self and len(blank) == 1 else ""


Finding = tuple[str, str, str, str]  # subject, item, found, wanted
Finder = Callable[[Sheet, Params], Iterator[Finding]]


def judge_marks(template: PaperTemplate, answers: Answers, *, subjects: Sequence[str]) -> Judgement:
    """Return what the template's rules say of a ballot of marks about ``subjects``; texts are no marks."""
    sheet = Sheet(template, answers, subjects)
    violations = tuple(
        Violation(rule_no, rule.kind, rule.consequence, *finding)
        for rule_no, rule in enumerate(template.rules)
        for finding in _FINDERS[rule.kind](sheet, rule.params)
    )
    return Judgement(
        violations,
        is_void=any(one.voids_ballot for one in violations),
        void_subjects=frozenset(
            one.subject for one in violations if one.consequence is Consequence.REVIEWEE and one.subject
        ),
        void_items=frozenset(
            (subject, one.item)
            for one in violations
            if one.consequence is Consequence.ITEM and one.item
            for subject in ([one.subject] if one.subject else subjects)
        ),
    )


def surviving(answers: Answers, judgement: Judgement) -> dict[str, dict[str, str]]:
    """Return the marks that count. Nothing of a void ballot, no row of a void reviewee; several marks for one item never count.

    A reviewee whose every mark fell item by item keeps an empty row, as if left blank.
    """
    if judgement.is_void:
        return {}
    return {
        subject: {
            key: answer
            for key, answer in row.items()
            if isinstance(answer, str) and answer and (subject, key) not in judgement.void_items
        }
        for subject, row in answers.items()
        if subject not in judgement.void_subjects
    }


def foreign_answers(
    template: PaperTemplate, answers: Mapping[str, Mapping[str, object]], subjects: Sequence[str]
) -> tuple[ForeignAnswer, ...]:
    """Return why the ballot cannot come from this form, empty if it can. Several marks for one item come from paper only."""
    known, n_subjects = set(subjects), len(subjects)
    found = {ForeignAnswer.SUBJECT} if set(answers) - known else set()
    for key, answer in ((key, answer) for row in answers.values() for key, answer in row.items()):
        item = template.item(key)
        if item is None or item.kind is ItemKind.TEXT:
            found.add(ForeignAnswer.ITEM)
        elif not is_allowed(template, item, answer, n_subjects=n_subjects):
            found.add(ForeignAnswer.ANSWER)
    return tuple(reason for reason in ForeignAnswer if reason in found)


def marked_items(template: PaperTemplate) -> tuple[Item, ...]:
    """Return the items answered by a mark, not by words."""
    return tuple(item for item in template.items if item.kind is not ItemKind.TEXT)


def hundredths(number: object) -> int | None:
    """Return a number written as on a ballot in whole hundredths, ``None`` if it is none."""
    text = str(number)
    if not NUMBER.fullmatch(text):
        return None
    whole, _, decimals = text.partition(".")
    return int(whole) * 100 + int(decimals.ljust(2, "0"))


def plain(hundreds: int) -> str:
    """Write whole hundredths as people do: 83.5."""
    text = f"{hundreds // 100}.{hundreds % 100:02}"
    return text.rstrip("0").rstrip(".")


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
        for item in marked_items(sheet.template):
            if sheet.is_marked(subject, item.key) and not sheet.answer(subject, item.key):
                yield subject, item.key, "", ""


def _blank(sheet: Sheet, params: Params) -> Iterator[Finding]:
    """A compulsory item left blank. Source: T1 (all marks compulsory), T18 and S58 ("no missing, no extra")."""
    excused = sheet.excused()
    for subject in sheet.subjects:
        for item in judged_items(sheet.template, RuleKind.BLANK, params):
            if subject != excused and not sheet.is_marked(subject, item.key):
                yield subject, item.key, "", ""


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
    items = judged_items(sheet.template, RuleKind.OVERALL_AGREES, params)
    for subject in sheet.subjects:
        answers = [answer for item in items if (answer := sheet.answer(subject, item.key))]
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


def _edge(number: object) -> int | None:
    return None if number is None else hundredths(f"{number:f}")


def band_text(low: int | None, high: int | None) -> str:
    """Write a band for people: 81–100, 81以上, 27以下."""
    if low is None or high is None:
        return f"{plain(high)}以下" if high is not None else f"{plain(low or 0)}以上"
    return f"{plain(low)}–{plain(high)}"


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


_FINDERS: Mapping[RuleKind, Finder] = {
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
