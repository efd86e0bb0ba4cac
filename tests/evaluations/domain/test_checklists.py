import pytest

from apps.evaluations.domain.checklists import Facts, checklist
from apps.evaluations.domain.states import ORDER, SessionState


def now(**facts):
    return next((step.key for step in checklist(Facts(**facts)) if step.is_now), None)


def test_one_step_after_the_other_is_the_one_to_do():
    key = {"has_key": True}
    tested = key | {"is_key_tested": True}
    way = [
        now(state=SessionState.DRAFT),
        now(state=SessionState.KEYED, **key),
        now(state=SessionState.KEYED, **tested),
        now(state=SessionState.REHEARSED, groups_without_slips=["A票"], **tested),
        now(state=SessionState.REHEARSED, **tested),
        now(state=SessionState.OPEN, **tested),
        now(state=SessionState.CLOSED, **tested),
        now(state=SessionState.OPENED, **tested),
        now(state=SessionState.OPENED, is_verified=True, **tested),
        now(state=SessionState.RELEASED, is_verified=True, **tested),
        now(state=SessionState.RELEASED, is_verified=True, is_objection_over=True, **tested),
        now(state=SessionState.PURGED, is_verified=True, **tested),
    ]

    assert way == [
        "key", "trial", "rehearsal", "slips", "open", "close", "urn", "verify", "release", None, "purge", None,
    ]  # fmt: skip


def test_rehearsal_has_no_rehearsal_and_ends_with_its_wiping():
    facts = Facts(state=SessionState.OPENED, is_rehearsal=True, has_key=True, is_key_tested=True)

    steps = checklist(facts)

    assert [step.key for step in steps] == ["key", "trial", "slips", "open", "close", "urn", "finish"]
    assert steps[-1].is_now


@pytest.mark.parametrize("state", ORDER)
def test_at_most_one_step_is_now_and_it_is_the_first_not_done(state):
    steps = checklist(Facts(state=state, has_key=state is not SessionState.DRAFT, is_objection_over=True))

    open_steps = [step.key for step in steps if not step.is_done]
    assert [step.key for step in steps if step.is_now] == open_steps[:1]


def test_opening_is_called_ready_only_when_all_before_it_is_done():
    words = [
        next(step.missing for step in checklist(Facts(state=state, is_key_tested=tested)) if step.key == "open")
        for state, tested in [(SessionState.KEYED, True), (SessionState.REHEARSED, False), (SessionState.REHEARSED, True)]
    ]  # fmt: skip

    assert words == ["以上各项做完以后", "以上各项做完以后", "准备好了"]


def test_missing_slips_are_named():
    steps = checklist(
        Facts(
            state=SessionState.REHEARSED,
            has_key=True,
            is_key_tested=True,
            groups_without_slips=["A票", "B票"],
        )
    )

    assert [step.missing for step in steps if step.is_now] == ["还没有打印：A票、B票"]


def test_cycle_that_is_not_at_its_meeting_is_said():
    facts = Facts(state=SessionState.REHEARSED, has_key=True, is_key_tested=True, is_meeting_stage=False)

    assert [step.missing for step in checklist(facts) if step.is_now] == ["周期须先进入“会议测评”阶段"]
