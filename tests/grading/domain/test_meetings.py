"""Who was present, in words."""

from apps.grading.domain.meetings import Attendance, Member, attendance, members_text
from apps.grading.domain.states import MemberRole

CHAIR = Member("张主任", "组织部部长", MemberRole.CHAIR)
MEMBER = Member("李委员")
ABSENT = Member("王委员", "纪委副书记", is_absent=True, absence_reason="出差")
GUEST = Member("钱科长", "干部科科长", MemberRole.ATTENDING)


def test_members_are_told_by_role_and_the_absent_last():
    assert members_text([GUEST, ABSENT, MEMBER, CHAIR]) == (
        "主持：张主任（组织部部长）；出席：李委员；列席：钱科长（干部科科长）；缺席：王委员（纪委副书记，出差）"
    )


def test_absent_without_post_or_reason_is_a_name():
    assert (
        members_text([CHAIR, Member("王委员", is_absent=True)]) == "主持：张主任（组织部部长）；缺席：王委员"
    )


def test_only_chair_and_members_are_counted():
    assert attendance([CHAIR, MEMBER, ABSENT, GUEST]) == Attendance(n_expected=3, n_present=2)


def test_nobody_is_nobody():
    assert (members_text([]), attendance([])) == ("", Attendance(0, 0))
