from datetime import UTC, datetime

import pytest
from django.urls import reverse

from apps.duty_reports.models import Problem
from apps.meetings.models import AgendaItem, Attendance, Commentary, ReviewMeeting
from tests.factories.accounts import make_user
from tests.factories.cycles import make_cycle, make_reviewee
from tests.factories.meetings import make_commentary, make_commentary_problem, make_meeting

AT = datetime(2026, 12, 20, 2, 0, tzinfo=UTC)
JSON = {"HTTP_ACCEPT": "application/json"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle():
    return make_cycle(stage="meeting")


@pytest.fixture
def people(cycle):
    return [make_reviewee(cycle=cycle) for _ in range(3)]


@pytest.fixture
def meeting(cycle, people):
    return make_meeting(cycle=cycle, speakers=people)


@pytest.fixture
def clerk(cycle):
    return make_user("clerk", cycle.host, display_name="张经办")


@pytest.fixture
def desk(client, clerk):
    client.force_login(clerk, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def commentary(meeting, people, clerk):
    return make_commentary(
        meeting=meeting,
        reviewee=people[0],
        recorded_by=clerk,
        text="工作思路清晰。一是党员教育形式单一，二是发展党员不规范。",
    )


def url(name, *args):
    return reverse(f"meetings:{name}", args=args)


def warnings(answer):
    return [str(message) for message in answer.context["messages"]]


@pytest.mark.parametrize("n", [1, 3])
def test_meeting_list_costs_the_same_queries(desk, cycle, django_assert_num_queries, n):
    for i in range(n):
        make_meeting(cycle=cycle, title=f"第{i}场", speakers=[make_reviewee(cycle=cycle)])

    with django_assert_num_queries(7):
        answer = desk.get(url("meeting_list"))

    assert len(answer.context["lines"]) == n


@pytest.mark.parametrize("n", [1, 3])
def test_meeting_detail_costs_the_same_queries(desk, cycle, clerk, django_assert_num_queries, n):
    people = [make_reviewee(cycle=cycle) for _ in range(n)]
    meeting = make_meeting(cycle=cycle, speakers=people)
    for person in people:
        make_commentary(meeting=meeting, reviewee=person, recorded_by=clerk)

    with django_assert_num_queries(9):
        answer = desk.get(url("meeting_detail", meeting.pk))

    assert answer.context["n_commented"] == n


def test_meeting_list_counts_people_not_pairs(desk, meeting, people, clerk):
    for leader in ("甲", "乙"):
        make_commentary(meeting=meeting, reviewee=people[0], recorded_by=clerk, leader_name=leader)

    row = desk.get(url("meeting_list")).context["lines"][0][0]

    assert (row.n_speakers, row.n_commented) == (3, 1)


def test_meeting_create_goes_on_to_the_agenda(desk, cycle):
    data = {
        "cycle": cycle.pk,
        "title": "述职评议会",
        "starts_at": "2026-12-25T09:00",
        "place": "礼堂",
        "minutes_each": "８",
    }

    answer = desk.post(url("meeting_create"), data)

    meeting = ReviewMeeting.objects.get()
    assert answer.url == url("meeting_agenda", meeting.pk)
    assert (meeting.minutes_each, meeting.starts_at) == (8, datetime(2026, 12, 25, 1, 0, tzinfo=UTC))


def test_meeting_edit_shows_both_texts_after_a_conflict(desk, meeting):
    ReviewMeeting.objects.filter(pk=meeting.pk).update(version=2, title="别人改的名称")
    data = {
        "title": "我改的名称",
        "starts_at": "2026-12-25T09:00",
        "place": "礼堂",
        "minutes_each": 8,
        "version": 1,
    }

    page = desk.post(url("meeting_edit", meeting.pk), data).content.decode()

    assert "我改的名称" in page
    assert "别人已保存的内容：别人改的名称" in page


def test_agenda_keeps_order_and_appends_new_people(desk, meeting, people, cycle):
    late = make_reviewee(cycle=cycle)
    desk.post(url("meeting_agenda", meeting.pk), {"reviewee": [late.pk, people[2].pk, people[0].pk]})

    order = AgendaItem.objects.filter(meeting=meeting).values_list("reviewee_id", flat=True)
    assert list(order) == [people[0].pk, people[2].pk, late.pk]


def test_agenda_move_by_button(desk, meeting, people):
    desk.post(url("agenda_move", meeting.pk), {"reviewee": people[2].pk, "to": "1"})

    order = AgendaItem.objects.filter(meeting=meeting).values_list("reviewee_id", flat=True)
    assert list(order) == [people[2].pk, people[0].pk, people[1].pk]


def test_agenda_shows_that_lots_were_changed_by_hand(desk, meeting, people):
    desk.post(url("lots_draw", meeting.pk), {"seed": "会场种子"})
    drawn = desk.get(url("meeting_agenda", meeting.pk))
    last = AgendaItem.objects.filter(meeting=meeting).last()
    desk.post(url("agenda_move", meeting.pk), {"reviewee": last.reviewee_id, "to": "1"})
    moved = desk.get(url("meeting_agenda", meeting.pk))

    assert (drawn.context["is_in_lot_order"], moved.context["is_in_lot_order"]) == (True, False)
    assert "抽签后人工调整过" in moved.content.decode()


def test_second_draw_without_wish_is_refused_in_words(desk, meeting):
    desk.post(url("lots_draw", meeting.pk), {"seed": "一"})

    answer = desk.post(url("lots_draw", meeting.pk), {"seed": "二"}, follow=True)

    assert warnings(answer)[-1].startswith("已经抽过签")
    assert ReviewMeeting.objects.get().lot_seed == "一"


def test_attendance_is_typed_per_group(desk, meeting, cycle):
    data = {}
    for group in cycle.scheme.voter_groups.all():
        data |= {f"e{group.pk}": "20", f"p{group.pk}": "１８"}

    desk.post(url("attendance_edit", meeting.pk), data)

    assert list(Attendance.objects.values_list("n_expected", "n_present")) == [(20, 18)] * 2


def test_attendance_refuses_more_present_than_expected(desk, meeting, cycle):
    data = {}
    for group in cycle.scheme.voter_groups.all():
        data |= {f"e{group.pk}": "20", f"p{group.pk}": "21"}

    page = desk.post(url("attendance_edit", meeting.pk), data).content.decode()

    assert "实到 21 人，多于应到 20 人" in page
    assert not Attendance.objects.exists()


def test_countdown_starts_with_the_first_who_was_not_commented_on(desk, commentary, meeting, people):
    answer = desk.get(url("countdown", meeting.pk))

    assert answer.context["line"].reviewee == people[1]
    assert answer.context["seconds"] == 480


def test_countdown_of_a_chosen_speaker(desk, meeting, people):
    answer = desk.get(url("countdown", meeting.pk), {"reviewee": people[2].pk})

    assert (answer.context["line"].reviewee, answer.context["next"]) == (people[2], None)


def test_leader_is_added_once(desk, meeting, people):
    page = url("commentary", meeting.pk, people[0].pk)
    desk.post(page, {"leader_name": "王副书记"})

    answer = desk.post(page, {"leader_name": "王副书记"}, follow=True)

    assert warnings(answer) == ["这位领导已有点评记录，请在原记录中继续填写。"]
    assert Commentary.objects.get().text == ""


def save(desk, commentary, text, version, **headers):
    data = {"text": text, "version": version}
    return desk.post(url("commentary_save", commentary.pk), data, **headers)


def test_autosave_answers_version_and_proposals(desk, commentary):
    answer = save(desk, commentary, "党员教育形式单一。", 1, **JSON).json()

    assert answer["version"] == 2
    assert "党员教育形式单一</textarea>" in answer["panel"]
    assert Commentary.objects.get().text == "党员教育形式单一。"


def test_autosave_conflict_hands_back_the_stored_text(desk, commentary):
    save(desk, commentary, "别人写的。", 1, **JSON)

    answer = save(desk, commentary, "我写的。", 1, **JSON)

    assert answer.status_code == 409
    assert (answer.json()["code"], answer.json()["text"], answer.json()["version"]) == (
        "stale_version",
        "别人写的。",
        2,
    )
    assert Commentary.objects.get().text == "别人写的。"


def test_conflict_without_script_keeps_what_was_typed(desk, commentary):
    save(desk, commentary, "别人写的。", 1)

    answer = save(desk, commentary, "我写的。", 1)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "我写的。</textarea>" in page
    assert "别人写的。" in page


def test_sentence_is_confirmed_reworded_and_removed(desk, commentary, people):
    add, page = url("problem_add", commentary.pk), url("commentary", commentary.meeting_id, people[0].pk)

    panel = desk.post(add, {"text": "党员教育形式单一"}, HTTP_HX_REQUEST="true").content.decode()
    problem = Problem.objects.get()
    assert "已确认的问题（1 条）" in panel
    assert panel.count("确认为问题") == 2

    assert desk.post(url("problem_edit", problem.pk), {"text": "教育形式太单一", "version": 1}).url == page
    assert Problem.objects.get().text == "教育形式太单一"

    desk.post(url("problem_remove", problem.pk))
    assert not Problem.objects.exists()


def test_stale_rewording_is_refused_in_the_panel(desk, commentary):
    desk.post(url("problem_add", commentary.pk), {"text": "党员教育形式单一"})
    problem = Problem.objects.get()
    desk.post(url("problem_edit", problem.pk), {"text": "别人改的问题", "version": 1})

    panel = desk.post(
        url("problem_edit", problem.pk), {"text": "我改的问题", "version": 1}, HTTP_HX_REQUEST="true"
    ).content.decode()

    assert "别人已经保存过这份内容" in panel
    assert Problem.objects.get().text == "别人改的问题"


def test_commentary_with_problems_is_not_removed(desk, commentary):
    desk.post(url("problem_add", commentary.pk), {"text": "党员教育形式单一"})

    answer = desk.post(url("commentary_remove", commentary.pk), follow=True)

    assert warnings(answer)[-1].startswith("这条点评已拆分出问题")
    assert Commentary.objects.exists()


def test_leader_reads_commentary_without_forms(client, commentary, cycle, people):
    leader = make_user("leader", cycle.host)
    client.force_login(leader, backend="django.contrib.auth.backends.ModelBackend")

    page = client.get(url("commentary", commentary.meeting_id, people[0].pk)).content.decode()

    assert "党员教育形式单一" in page
    assert "<textarea" not in page
    assert client.post(url("commentary", commentary.meeting_id, people[0].pk)).status_code == 403


def test_record_shows_each_speaker_with_commentary_and_problems(desk, commentary, people, meeting):
    problem = Problem.objects.create(
        cycle=meeting.cycle,
        organization=people[0].organization,
        source="commentary",
        text="形式单一",
        created_at=AT,
    )
    make_commentary_problem(commentary=commentary, problem=problem)

    answer = desk.get(url("meeting_record", meeting.pk))

    assert [(line.reviewee, said) for line, said in answer.context["speakers"]] == [
        (people[0], [commentary]), (people[1], []), (people[2], []),
    ]  # fmt: skip
    assert "<li>形式单一</li>" in answer.content.decode()
