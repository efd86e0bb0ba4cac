"""Requests the log must not know of, each with the reason why; apps name theirs in ``AppConfig.ready``."""

from collections.abc import Mapping

_unlogged: dict[str, str] = {}


def leave_unlogged(reasons: Mapping[str, str]) -> None:
    """Name views: ``{"evaluations:cast_submit": "测评无记名"}``."""
    _unlogged.update(reasons)


def is_unlogged(view_name: str) -> bool:
    """Tell whether even a refusal of this view stays out of the log."""
    return view_name in _unlogged
