"""Paper totals (纸质统计): what people counted by hand on paper forms, per reviewee, item and answer.

Two people enter the figures apart. They are compared by keyed digests, so that the house can tell which figures differ and
read none; the key is the code on the batch's cover sheet, stored nowhere. Sealed to the session's key they join the ballots
at opening: as ``n_valid`` rows per reviewee, the answers of each item laid best first and blanks last, then shuffled with all
others. Means and counts are exact; which answers stood on one form together is not known, so a whole-form figure (the score of
one ballot, trimming) rests on this layout. Words on paper are not taken.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, repeat
from typing import Any

from apps.cycles.domain.papers.answers import is_allowed, longest_answer
from apps.cycles.domain.papers.templates import Item, ItemKind, PaperTemplate
from apps.evaluations.domain import crockford
from apps.evaluations.domain.ballot_papers import BallotPaper, canonical_json

BLANK = ""
N_VALID, N_INVALID = "n_valid", "n_invalid"
CODE_BODY = 19  # characters of five bits, and the check character
MAX_COUNT = 99_999
STEP = 1024
VERSION = 1
LISTED = frozenset({ItemKind.NUMBER, ItemKind.RANK})  # answers come as a list of values, not as a column each

ItemCounts = Mapping[str, int]  # answer (or BLANK) -> forms
Counts = Mapping[str, Mapping[str, Mapping[str, ItemCounts]]]  # part -> subject -> item -> counts


@dataclass(frozen=True, slots=True)
class PaperTotals:
    """All figures of one batch. ``n_valid`` forms count, ``n_invalid`` were judged void by the people who counted."""

    n_valid: int
    n_invalid: int
    counts: Counts

    def of(self, part: str, subject: str, item: str) -> ItemCounts:
        """Return the counts of one item for one reviewee; empty if nothing was counted."""
        return self.counts.get(part, {}).get(subject, {}).get(item, {})


def counted_items(template: PaperTemplate) -> list[Item]:
    """Return the items people count."""
    return [item for item in template.items if item.kind is not ItemKind.TEXT]


def new_code(choose: Callable[[str], str]) -> str:
    """Return a new code for a cover sheet: 95 random bits and a check character."""
    return crockford.with_check("".join(choose(crockford.ALPHABET) for _ in range(CODE_BODY)))


def read_code(text: str) -> str | None:
    """Return the code a person typed; ``None`` if a character must be wrong."""
    code = crockford.tidy(text)
    return code if len(code) == CODE_BODY + 1 and crockford.is_checked(code) else None


def code_hash(salt: str, code: str) -> str:
    """Return what is stored to know the code again. Nobody can search 95 bits, so one hash is enough."""
    return hashlib.sha256(f"spk-batch-1|{salt}|{code}".encode()).hexdigest()


def tidy_totals(paper: BallotPaper, content: Mapping[str, Any]) -> PaperTotals:
    """Return the figures of plain JSON ``{"n_valid", "n_invalid", "m": counts}`` in one spelling: "8.50" is 8.5, noughts fall away.

    :raises ValueError, KeyError, TypeError, AttributeError: it is no such JSON, or names what is not on the form.
    """
    counts: dict[str, dict[str, dict[str, dict[str, int]]]] = {}
    for key, rows in content["m"].items():
        part = paper.part(key)
        if part is None or not rows.keys() <= set(paper.subject_ids):
            raise ValueError("not on the form")
        items = {item.key: item for item in counted_items(part.template)}
        counts[key] = {
            subject: {
                name: _tidy_item(part.template, items[name], row[name], len(paper.subjects)) for name in row
            }
            for subject, row in rows.items()
        }
    return PaperTotals(_count(content[N_VALID]), _count(content[N_INVALID]), counts)


def _tidy_item(
    template: PaperTemplate, item: Item, given: Mapping[str, Any], n_subjects: int
) -> dict[str, int]:
    tidy: dict[str, int] = {}
    for answer, n in given.items():
        spelled = _spelled(item, answer) if answer != BLANK else BLANK
        if spelled != BLANK and not is_allowed(template, item, spelled, n_subjects=n_subjects):
            raise ValueError("not an answer of the form")
        if _count(n):
            tidy[spelled] = tidy.get(spelled, 0) + n
    return tidy


def _spelled(item: Item, answer: str) -> str:
    if item.kind is not ItemKind.NUMBER or not is_number(answer):
        return answer
    text = f"{Decimal(answer):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def is_number(text: str) -> bool:
    """Tell whether people would read ``text`` as a number of marks."""
    whole, _, decimals = text.partition(".")
    return text.isascii() and whole.isdecimal() and (decimals.isdecimal() or "." not in text)


def _count(n: object) -> int:
    if not isinstance(n, int) or isinstance(n, bool) or not 0 <= n <= MAX_COUNT:
        raise ValueError("not a count")
    return n


def faults_of(paper: BallotPaper, totals: PaperTotals, n_returned: int) -> list[str]:
    """Return in words what does not add up, without a single figure of a reviewee; empty if all does."""
    faults = []
    if totals.n_valid + totals.n_invalid != n_returned:
        faults.append(
            f"有效 {totals.n_valid} 张与无效 {totals.n_invalid} 张相加，与登记的收回 {n_returned} 张不符"
        )
    for part in paper.parts:
        for subject in paper.subjects:
            for item in counted_items(part.template):
                n = sum(totals.of(part.key, str(subject.id), item.key).values())
                if n != totals.n_valid:
                    faults.append(f"{subject.name}“{item.text}”各栏相加与有效票数不符")
    return faults


def cells(paper: BallotPaper, totals: PaperTotals) -> Iterator[tuple[str, str]]:
    """Yield every figure with the name of its cell. Which cells there are follows from the form alone."""
    yield N_VALID, str(totals.n_valid)
    yield N_INVALID, str(totals.n_invalid)
    for part in paper.parts:
        for subject in paper.subject_ids:
            for item in counted_items(part.template):
                place = f"{part.key}|{subject}|{item.key}"
                row = totals.of(part.key, subject, item.key)
                if item.kind in LISTED:
                    yield place, canonical_json(dict(row)).decode()
                    continue
                for answer in (*(option.key for option in part.template.options_of(item)), BLANK):
                    yield f"{place}|{answer}", str(row.get(answer, 0))


def digests(paper: BallotPaper, totals: PaperTotals, *, code: str, batch_id: int) -> dict[str, str]:
    """Return one digest per figure, keyed by the code of the cover sheet."""
    key = hashlib.sha256(f"spk-digest-1|{batch_id}|{code}".encode()).digest()
    return {
        cell: hmac.new(key, f"{cell}={figure}".encode(), hashlib.sha256).hexdigest()[:32]
        for cell, figure in cells(paper, totals)
    }


def differing(first: Mapping[str, str], second: Mapping[str, str]) -> list[str]:
    """Return the cells in which two entries differ."""
    return sorted(cell for cell in first.keys() | second.keys() if first.get(cell) != second.get(cell))


def cell_words(paper: BallotPaper, cell: str) -> str:
    """Return a cell in words: who, which item, which answer."""
    if cell in {N_VALID, N_INVALID}:
        return "有效票数" if cell == N_VALID else "无效票数"
    key, subject_id, item_key, *answer = cell.split("|")
    part = paper.part(key)
    subject = next((one for one in paper.subjects if str(one.id) == subject_id), None)
    item = part.template.item(item_key) if part else None
    if part is None or subject is None or item is None:
        return cell
    words = [f"{subject.order_no}. {subject.name}", item.text]
    if answer:
        labels = {option.key: option.label for option in part.template.options_of(item)}
        words.append(labels.get(answer[0], "未填"))
    return " · ".join([part.name, *words] if len(paper.parts) > 1 else words)


def in_form_order(paper: BallotPaper, differing_cells: Sequence[str]) -> list[str]:
    """Return cells in the order of the form, the two totals first."""
    order = {cell: place for place, (cell, _) in enumerate(cells(paper, PaperTotals(0, 0, {})))}
    return sorted(differing_cells, key=lambda cell: order.get(cell, len(order)))


def text_of(paper: BallotPaper, totals: PaperTotals, *, batch_id: int, code: str) -> bytes:
    """Return the canonical content of an entry: figures bound to session, form and batch."""
    return canonical_json(
        {
            "b": batch_id,
            "c": code,
            "f": paper.form_hash,
            "m": totals.counts,
            N_INVALID: totals.n_invalid,
            N_VALID: totals.n_valid,
            "v": VERSION,
        }
    )


def read_text(paper: BallotPaper, text: bytes, *, batch_id: int, salt: str, stored_hash: str) -> PaperTotals:
    """Return the figures of an unsealed entry.

    :raises ValueError: of another batch or form, without the right code, or no such content.
    """
    try:
        content = json.loads(text)
        bound = (content["v"], content["b"], content["f"])
        if bound != (VERSION, batch_id, paper.form_hash):
            raise ValueError("of another batch or form")
        if not hmac.compare_digest(code_hash(salt, content["c"]), stored_hash):
            raise ValueError("without the code of the cover sheet")
        return tidy_totals(paper, content)
    except (KeyError, TypeError, AttributeError, RecursionError) as fault:
        raise ValueError("no totals") from fault


def padded_length(paper: BallotPaper, n_returned: int) -> int:
    """Return the one length of all entries of a batch: what the longest possible one takes, in steps of 1 KiB."""
    n_digits = len(str(max(1, n_returned)))
    n = 400 + sum(
        20 + sum(_longest(part.template, item, len(paper.subjects), n_returned, n_digits) for item in items)
        for part in paper.parts
        if (items := counted_items(part.template))
        for _ in paper.subjects
    )
    return -(-n // STEP) * STEP


def _longest(template: PaperTemplate, item: Item, n_subjects: int, n_returned: int, n_digits: int) -> int:
    """Return how many bytes the counts of one item for one reviewee can take, its name and brackets included."""
    if item.kind in LISTED:
        n_answers, length = n_returned, len(longest_answer(template, item, n_subjects=n_subjects))
    else:
        options = template.options_of(item)
        n_answers = min(n_returned, len(options))
        length = max((len(canonical_json(option.key)) for option in options), default=0)
    return len(canonical_json(item.key)) + 4 + (n_answers + 1) * (length + 4 + n_digits)


def laid_out(paper: BallotPaper, totals: PaperTotals, part_key: str, subject: str) -> list[dict[str, str]]:
    """Return ``n_valid`` rows that together bear exactly these figures: each item's answers best first, blanks last."""
    part = paper.part(part_key)
    if part is None:
        return []
    columns = {
        item.key: _column(part.template, item, totals.of(part_key, subject, item.key), totals.n_valid)
        for item in counted_items(part.template)
    }
    return [
        {key: column[place] for key, column in columns.items() if column[place] != BLANK}
        for place in range(totals.n_valid)
    ]


def _column(template: PaperTemplate, item: Item, row: ItemCounts, n_valid: int) -> list[str]:
    answers = [(answer, row[answer]) for answer in _best_first(template, item, row)]
    marks = list(chain.from_iterable(repeat(answer, n) for answer, n in answers))
    return marks + [BLANK] * (n_valid - len(marks))


def _best_first(template: PaperTemplate, item: Item, row: ItemCounts) -> list[str]:
    given = [answer for answer in row if answer != BLANK]
    if item.kind is ItemKind.NUMBER:
        return sorted(given, key=Decimal, reverse=True)
    if item.kind is ItemKind.RANK:
        return sorted(given, key=int)
    order = [option.key for option in template.options_of(item)]
    return sorted(given, key=order.index)
