"""One line of the self-check: whether a requirement is met, and by what one sees it."""

from dataclasses import dataclass

from apps.common.domain.labels import LabelledEnum


class CheckState(LabelledEnum):
    """How a requirement stands. What a program cannot see is never called met."""

    GOOD = "good", "符合"
    BAD = "bad", "不符合"
    UNKNOWN = "unknown", "未核"
    NOT_APPLICABLE = "not_applicable", "不适用"


@dataclass(frozen=True, slots=True)
class Finding:
    """``evidence`` is what was looked at and found; ``remedy`` what to do, empty if nothing."""

    state: CheckState
    evidence: str
    remedy: str = ""


def met(evidence: str) -> Finding:
    """Return a line that is met."""
    return Finding(CheckState.GOOD, evidence)


def missed(evidence: str, remedy: str) -> Finding:
    """Return a line that is not met."""
    return Finding(CheckState.BAD, evidence, remedy)


def unseen(evidence: str, remedy: str = "") -> Finding:
    """Return a line no program can judge."""
    return Finding(CheckState.UNKNOWN, evidence, remedy)


def not_applicable(evidence: str) -> Finding:
    """Return a line this installation need not meet."""
    return Finding(CheckState.NOT_APPLICABLE, evidence)
