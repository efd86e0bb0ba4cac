"""What the casting page shows: the form of one session laid out for the template, and what was filled in before."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from apps.cycles.domain.papers.templates import (
    MAX_ALL_TEXTS,
    CommentPolicy,
    Consequence,
    ItemKind,
    PaperTemplate,
    RuleKind,
    describe_template,
)
from apps.evaluations.domain.ballot_papers import BallotPaper, Part, Subject
from apps.evaluations.domain.ballots import COMMENT, WHOLE

Row = dict[str, Any]
Posted = Mapping[str, Any]
LONG_LABEL = 4  # characters that fit on a button when four stand in a row
MOST_IN_A_ROW = 4
MOST_RANK_BUTTONS = 12
FEW_ITEMS = 2


def mark_field(part: str, subject: str, item: str) -> str:
    """Return the name of the field that holds one mark or one text."""
    return f"m-{part}-{subject}-{item}"


def self_field(part: str, subject: str) -> str:
    """Return the name of the box "this is me"."""
    return f"self-{part}-{subject}"


def form_parts(paper: BallotPaper, posted: Posted) -> list[Row]:
    """Return the parts of the form with everything the template shows of them."""
    return [_part(paper, part, posted) for part in paper.parts]


def may_leave_blank(paper: BallotPaper) -> bool:
    """Tell whether a blank is an abstention throughout, and voids nothing."""
    rules = [rule for part in paper.parts for rule in part.template.rules]
    return not any(rule.kind is RuleKind.BLANK and rule.consequence is not Consequence.ITEM for rule in rules)


def script_data(paper: BallotPaper) -> Row:
    """Return what the script needs beside the form itself: the templates for its rules."""
    return {
        "parts": [{"key": part.key, "template": describe_template(part.template)} for part in paper.parts],
        "max_all_texts": MAX_ALL_TEXTS,
    }


def _part(paper: BallotPaper, part: Part, posted: Posted) -> Row:
    template: Row = describe_template(part.template)
    scales = {scale["key"]: scale["options"] for scale in template["scales"]}
    people = [_person(paper, part, subject, scales, posted) for subject in paper.subjects]
    return {
        "key": part.key,
        "name": part.name,
        "template": template,
        "people": people,
        "n_people": len(people),
        "is_wide": part.template.orientation.value == "matrix",
        "whole": _whole_comment(part, posted),
    }


def _person(
    paper: BallotPaper, part: Part, subject: Subject, scales: Mapping[str, list[Row]], posted: Posted
) -> Row:
    n = len(paper.subjects)
    sections: list[Row] = [
        {"title": title, "lines": [_item(part, str(subject.id), item, scales, posted, n) for item in items]}
        for title, items in _sections(part.template)
    ]
    marks = [line for section in sections for line in section["lines"] if line["kind"] != "text"]
    return {
        "subject": subject,
        "sections": sections,
        "is_short": len(marks) <= FEW_ITEMS,
        "comment": _comment(part, str(subject.id), posted, CommentPolicy.PER_PERSON),
        "self_field": self_field(part.key, str(subject.id)) if part.template.excludes_self else "",
        "is_self": self_field(part.key, str(subject.id)) in posted,
    }


def _sections(template: PaperTemplate) -> Iterator[tuple[str, list[Row]]]:
    items: list[Row] = describe_template(template)["items"]
    for title, group in groupby(items, key=_section_of):
        yield title, list(group)


def _section_of(item: Row) -> str:
    return str(item["section"])


def _item(
    part: Part, subject: str, item: Row, scales: Mapping[str, list[Row]], posted: Posted, n_subjects: int
) -> Row:
    field = mark_field(part.key, subject, item["key"])
    value = str(posted.get(field, ""))
    options = scales.get(item["scale"], [])
    return item | {
        "field": field,
        "value": value,
        "options": [_option(option, value) for option in options],
        "shape": _shape(options),
        "ranks": _ranks(n_subjects, value) if item["kind"] == ItemKind.RANK.value else [],
        "has_rank_buttons": n_subjects <= MOST_RANK_BUTTONS,
    }


def _option(option: Row, value: str) -> Row:
    """Return one button; a label of four characters may break in its middle."""
    label = str(option["label"])
    cut = len(label) // 2 if len(label) == LONG_LABEL else len(label)
    return option | {"checked": option["key"] == value, "head": label[:cut], "tail": label[cut:]}


def _ranks(n_subjects: int, value: str) -> list[Row]:
    return [{"rank": rank, "is_chosen": str(rank) == value} for rank in range(1, n_subjects + 1)]


def _shape(options: list[Row]) -> str:
    """Return how the buttons stand: in one row, in pairs, or one under the other."""
    longest = max((len(option["label"]) for option in options), default=0)
    if longest > 2 * LONG_LABEL:
        return "stack"
    return "pairs" if len(options) > MOST_IN_A_ROW or longest > LONG_LABEL else "row"


def _whole_comment(part: Part, posted: Posted) -> Row | None:
    return _comment(part, WHOLE, posted, CommentPolicy.WHOLE)


def _comment(part: Part, subject: str, posted: Posted, policy: CommentPolicy) -> Row | None:
    if part.template.comments is not policy:
        return None
    field = mark_field(part.key, subject, COMMENT)
    return {
        "key": COMMENT,
        "field": field,
        "value": posted.get(field, ""),
        "max_chars": part.template.comment_max_chars,
    }
