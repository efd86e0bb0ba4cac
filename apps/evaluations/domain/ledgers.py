"""The ledger: 发出 = 线上 + 纸质 + 作废 + 未交, per voter group.

Source: design.md section 3 step 5; ballot-secrecy.md A3.4 step 5. ``n_issued`` is counted when slips are made, ``n_online`` is
counted in the urn and the rest among the slips, so a row added or removed behind the application's back shows.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One voter group. ``n_returned`` = online + paper."""

    group_id: int
    voter_group_id: int
    name: str
    n_issued: int
    n_online: int
    n_paper: int
    n_void: int
    n_unused: int

    @property
    def n_returned(self) -> int:
        return self.n_online + self.n_paper

    @property
    def difference(self) -> int:
        """Issued minus accounted for; nought when the line balances."""
        return self.n_issued - (self.n_online + self.n_paper + self.n_void + self.n_unused)

    @property
    def is_balanced(self) -> bool:
        return self.difference == 0 and self.n_returned <= self.n_issued

    def as_json(self) -> dict[str, Any]:
        """Return plain JSON for the closing record."""
        return asdict(self)


def line_from_json(stored: dict[str, Any]) -> LedgerLine:
    """Return the line a closing record stored."""
    return LedgerLine(**stored)


def unbalanced(lines: Iterable[LedgerLine]) -> list[LedgerLine]:
    """Return the lines that are off."""
    return [line for line in lines if not line.is_balanced]


def in_words(line: LedgerLine) -> str:
    """Return one line as an equation, for refusals and records."""
    return (
        f"{line.name}：发出 {line.n_issued} 张，线上 {line.n_online} + 纸质 {line.n_paper} + 作废 {line.n_void} "
        f"+ 未交 {line.n_unused} = {line.n_issued - line.difference} 张"
    )


def turnout(n_online: int, k_min: int, *, step: int = 5) -> int | None:
    """Return the number shown while voting goes on: rounded down to ``step``; ``None`` below ``k_min`` (not shown)."""
    return None if n_online < k_min else n_online // step * step
