"""The twelve real weight patterns can all be opened as they are; what they come to is worked out in ``tests/scoring``."""

from dataclasses import replace
from decimal import Decimal

import pytest

from apps.cycles.domain.checks import check_example, check_scheme
from apps.cycles.domain.patterns import PATTERNS
from apps.cycles.domain.plans import SchemePlan
from apps.cycles.domain.presets import ALL


def test_all_twelve_are_there():
    assert list(PATTERNS) == [f"W{n}" for n in range(1, 13)]


@pytest.mark.parametrize("key", PATTERNS)
def test_pattern_is_sound(key):
    assert check_scheme(PATTERNS[key]) == []


def test_presets_have_different_names_and_summaries():
    assert len({preset.key for preset in ALL}) == len(ALL)
    assert len({preset.label for preset in ALL}) == len({preset.summary for preset in ALL}) == len(ALL)


def test_example_is_worked_out_while_weights_do_not_sum_to_hundred():
    plan = PATTERNS["W3"]
    off = replace(plan, groups=(replace(plan.groups[0], weight=Decimal(1)), *plan.groups[1:]))

    assert [gap.part for gap in check_scheme(off) if gap.is_blocking] == ["groups"]
    assert check_example(off) == []


def test_example_waits_for_what_it_needs_and_not_for_the_rest():
    lacking = {gap.part for gap in check_example(SchemePlan())}

    assert lacking == {"groups", "papers", "components", "grades"}
