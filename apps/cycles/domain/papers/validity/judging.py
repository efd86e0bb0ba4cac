"""What the rules make void, and what survives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from apps.common.domain.labels import LabelledEnum
from apps.cycles.domain.papers.answers import Answers, is_allowed
from apps.cycles.domain.papers.templates import Consequence, PaperTemplate, RuleKind
from apps.cycles.domain.papers.validity.rules import FINDERS, Sheet, marked_items


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


def judge_marks(template: PaperTemplate, answers: Answers, *, subjects: Sequence[str]) -> Judgement:
    """Return what the template's rules say of a ballot of marks about ``subjects``; texts are no marks."""
    sheet = Sheet(template, answers, subjects, tuple(item.key for item in marked_items(template)))
    violations = tuple(
        Violation(rule_no, rule.kind, rule.consequence, *finding)
        for rule_no, rule in enumerate(template.rules)
        for finding in FINDERS[rule.kind](sheet, rule.params)
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
    items = {item.key: item for item in marked_items(template)}
    marks = [(key, answer) for row in answers.values() for key, answer in row.items()]
    offered = {(key, answer) for key, answer in marks if isinstance(answer, str) and key in items}
    is_so = {
        ForeignAnswer.SUBJECT: not set(answers) <= set(subjects),
        ForeignAnswer.ITEM: any(key not in items for key, _answer in marks),
        ForeignAnswer.ANSWER: any(not isinstance(answer, str) for _key, answer in marks)
        or not all(
            is_allowed(template, items[key], answer, n_subjects=len(subjects)) for key, answer in offered
        ),
    }
    return tuple(reason for reason in ForeignAnswer if is_so[reason])
