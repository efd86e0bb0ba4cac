"""Who was present at the meeting that decided, in words. Whether that is enough is said by people, never by a rule of ours."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from apps.grading.domain.states import VOTING_ROLES, MemberRole


@dataclass(frozen=True, slots=True)
class Member:
    """One person of the meeting. ``absence_reason`` is told only of those who were absent."""

    name: str
    post: str = ""
    role: MemberRole = MemberRole.MEMBER
    is_absent: bool = False
    absence_reason: str = ""

    def __str__(self) -> str:
        return _with_remarks(self.name, self.post)

    @property
    def absence(self) -> str:
        """Name, post and why the person did not come, in one."""
        return _with_remarks(self.name, self.post, self.absence_reason)


def _with_remarks(name: str, *remarks: str) -> str:
    told = "，".join(one for one in remarks if one)
    return f"{name}（{told}）" if told else name


@dataclass(frozen=True, slots=True)
class Attendance:
    """How many of those who decide were expected and came."""

    n_expected: int
    n_present: int


def attendance(members: Iterable[Member]) -> Attendance:
    """Return how many of the chair and members came; those who attend or record do not count."""
    voting = [one for one in members if one.role in VOTING_ROLES]
    return Attendance(len(voting), sum(not one.is_absent for one in voting))


def members_text(members: Sequence[Member]) -> str:
    """Return one sentence per role, then who was absent and why: 主持：…；出席：…；列席：…；记录：…；缺席：…."""
    parts = [
        _named("出席" if role is MemberRole.MEMBER else role.label, members, role) for role in MemberRole
    ]
    absent = "、".join(one.absence for one in members if one.is_absent)
    return "；".join(part for part in (*parts, f"缺席：{absent}" if absent else "") if part)


def _named(label: str, members: Sequence[Member], role: MemberRole) -> str:
    names = "、".join(str(one) for one in members if one.role is role and not one.is_absent)
    return f"{label}：{names}" if names else ""
