"""Which marks of a ballot count: the validity rules of the form, applied to one whole ballot.

Every rule looks at the ballot as it was given and never at what another rule made void, so neither the order of the rules nor that
of the reviewees matters; all consequences are applied together. ``static/evaluations/validity.js`` holds the same rules for the
browser. Numbers are compared as whole hundredths, never as floats.

Source: rules of real forms, domain reference 1.8 (S50, S57–S60) and layouts T10, T14, T15, T18; design.md section 4, "Validity".
"""

from apps.cycles.domain.papers.validity.judging import (
    ForeignAnswer,
    Judgement,
    Violation,
    foreign_answers,
    judge_marks,
    surviving,
)
from apps.cycles.domain.papers.validity.wording import words

__all__ = [
    "ForeignAnswer",
    "Judgement",
    "Violation",
    "foreign_answers",
    "judge_marks",
    "surviving",
    "words",
]
