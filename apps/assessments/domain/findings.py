"""A finding: whether somebody meets an eligibility rule."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One reviewee and one condition. ``version`` of the stored one it replaces; 0: none was stored; ``None``: not checked."""

    reviewee_id: int
    condition_id: int
    is_met: bool
    reason: str
    version: int | None = None
