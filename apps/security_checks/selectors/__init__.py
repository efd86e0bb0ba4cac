"""Evidence for the self-check: every source asked once, the lines in their order."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db import Error

from apps.common.domain.self_checks import CheckState, Finding, not_applicable, unseen
from apps.common.kit.self_checks import Source, all_sources
from apps.security_checks.domain.requirements import REQUIREMENTS, Requirement


@dataclass(frozen=True, slots=True)
class Line:
    """One requirement and how it stands."""

    requirement: Requirement
    finding: Finding


def self_check() -> list[Line]:
    """Return all lines. A line nobody answers, or whose source fails, is not called met."""
    found: dict[str, Finding] = {}
    failed: list[str] = []
    for source in all_sources():
        found |= _asked(source, failed)
    return [Line(one, _finding(one, found, failed)) for one in REQUIREMENTS]


def count_states(lines: list[Line]) -> dict[CheckState, int]:
    """Return how many lines stand how."""
    return {state: sum(line.finding.state is state for line in lines) for state in CheckState}


def _asked(source: Source, failed: list[str]) -> Mapping[str, Finding]:
    try:
        return source()
    except (Error, OSError) as error:
        failed.append(str(error).strip().partition("\n")[0])
        return {}


def _finding(requirement: Requirement, found: Mapping[str, Finding], failed: list[str]) -> Finding:
    if requirement.level > settings.PROTECTION_LEVEL:
        return not_applicable(
            f"本系统按 {settings.PROTECTION_LEVEL} 级，这一条是 {requirement.level} 级的要求"
        )
    if requirement.key in found:
        return found[requirement.key]
    return unseen(f"没有查到：{failed[0]}" if failed else "程序没有这方面的证据")
