"""What a proposal starts from and what it says: candidates of one field, their limits, the flags for the committee."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from apps.common.domain.labels import LabelledEnum
from apps.cycles.domain.grades import BEST_FIRST, Grade


class Flag(LabelledEnum):
    """What the committee should know about a proposal."""

    VETO = "veto", "一票否决，等次受限"
    NOT_ELIGIBLE = "not_eligible", "评定条件不具备，等次受限"
    ELIGIBILITY_OPEN = "eligibility_open", "评定条件尚未认定，暂按不具备处理"
    QUOTA = "quota", "“好”名额已满，列入下一等次"
    TIE_AT_QUOTA = "tie_at_quota", "与名额线上的人员同分，请研究确定"
    TIE_AT_BAND = "tie_at_band", "与名次线上的人员同分，列入下一等次，请研究确定"
    BALLOT_DECIDED = "ballot_decided", "总分相同，按测评得分先后"
    PLURALITY_TIE = "plurality_tie", "得票最多的等次不止一个，取较低等次"
    CLOSE = "close", "与另一等次的人员难分高下"
    NO_TOTAL = "no_total", "没有总分，未提出建议"
    HIDDEN_SCORE = "hidden_score", "有效票过少，得分不显示，未提出建议，请研究确定"
    NO_ANSWERS = "no_answers", "没有可计的等次票，未提出建议"
    CHANGED = "changed", "建议有变，请重新审定"


class CapKind(LabelledEnum):
    """Why a grade is limited."""

    VETO = "veto", "一票否决"
    NOT_MET = "not_met", "评定条件不具备"
    NOT_RECORDED = "not_recorded", "评定条件尚未认定"


FLAG_OF = {
    CapKind.VETO: Flag.VETO,
    CapKind.NOT_MET: Flag.NOT_ELIGIBLE,
    CapKind.NOT_RECORDED: Flag.ELIGIBILITY_OPEN,
}


@dataclass(frozen=True, slots=True)
class Cap:
    """The best grade a fact leaves. ``words`` say which fact, for the committee."""

    grade: Grade
    kind: CapKind = CapKind.VETO
    words: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One reviewee of a field.

    ``total`` and ``ballot`` are the published figures (0-100), ``None`` if missing; ``votes`` the counted answers per grade
    of the item that decides by plurality; ``close_to`` the keys of those whose rank cannot be told from the own one.
    ``is_hidden``: there are figures, but they must not be shown; none of them is in here, so no proposal tells of them.
    """

    key: int
    total: Decimal | None
    caps: tuple[Cap, ...] = ()
    ballot: Decimal | None = None
    votes: Mapping[Grade, int] = field(default_factory=dict)
    close_to: frozenset[int] = frozenset()
    is_hidden: bool = False

    def __post_init__(self) -> None:
        """Refuse figures that nobody may see."""
        if self.is_hidden and (self.total is not None or self.ballot is not None or self.votes):
            raise ValueError("a hidden score must not shape a proposal")

    @property
    def cap(self) -> Cap | None:
        """The lowest of all limits."""
        return lowest(self.caps)


@dataclass(frozen=True, slots=True)
class Proposal:
    """The proposed grade, ``None`` where none can be proposed, and what to look at."""

    grade: Grade | None
    flags: tuple[Flag, ...] = ()


def lowest(caps: tuple[Cap, ...]) -> Cap | None:
    """Return the limit that leaves least; ``None`` without any."""
    return max(caps, key=lambda cap: BEST_FIRST.index(cap.grade), default=None)


def worse_of(one: Grade, other: Grade) -> Grade:
    """Return the lower of two grades."""
    return max(one, other, key=BEST_FIRST.index)


def is_above(one: Grade, other: Grade) -> bool:
    """Tell whether the first grade is better than the second."""
    return BEST_FIRST.index(one) < BEST_FIRST.index(other)
