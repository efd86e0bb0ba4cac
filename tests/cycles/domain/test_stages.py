"""A cycle only moves forward and always reaches the archive."""

from apps.cycles.domain.stages import MOVED_BY_HAND, ORDER, Stage, next_stage


def test_every_stage_reaches_the_archive():
    for stage in ORDER:
        here, steps = stage, 0
        while (after := next_stage(here)) is not None:
            assert ORDER.index(after) == ORDER.index(here) + 1
            here, steps = after, steps + 1

        assert here == Stage.ARCHIVED
        assert steps == len(ORDER) - 1 - ORDER.index(stage)


def test_opening_and_signing_off_are_no_buttons():
    assert set(ORDER) - set(MOVED_BY_HAND) == {Stage.DRAFT, Stage.GRADING, Stage.ARCHIVED}
