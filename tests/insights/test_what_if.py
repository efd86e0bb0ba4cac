"""The what-if page: another scheme beside the scores that hold; only an entry in the log remains."""

from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from apps.audit.models import AuditEntry
from apps.scoring.models import GroupScore, ScoreRun, ScoreSummary
from tests.factories.accounts import make_user
from tests.factories.assessments import make_component_score
from tests.factories.cycles import make_cycle
from tests.factories.grading import change_scheme
from tests.factories.scoring import compute, item_keys, make_clerk, make_opened_cycle, make_scored_cycle

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
URL = "/insights/what-if/"

N_QUERIES = 35  # of a trial that counts all ballots again: what a run reads, and one entry in the log


@pytest.fixture
def sign_in(client):
    def enter(user):
        client.force_login(user, backend=BACKEND)
        return client

    return enter


def make_tried_cycle(daily=(60, 90, 80), grades=("good", "fairly_good", "average"), **options):
    """Half ballots, half daily figures: 95/85/75 beside 60/90/80 make 77.5, 87.5 and 77.5."""
    cycle = make_opened_cycle(list(grades), preset="50-50", **options)
    part = cycle.scheme.components.get(kind="imported")
    for reviewee, value in zip(cycle.reviewees.all(), daily, strict=True):
        make_component_score(reviewee, part, actor=make_clerk(cycle), value=value)
    compute(cycle)
    return cycle


def boxes(page):
    """What a person would send who changes nothing."""
    form = page.context["form"]
    return {name: "" if form[name].value() is None else form[name].value() for name in form.fields}


def changed(cycle, client, **changes):
    """Send the form with some boxes changed: ``component_ballot``, ``group_1`` and so on by place."""
    sent = boxes(client.get(URL, {"cycle": cycle.pk}))
    ballot, daily = cycle.scheme.components.order_by("order_no")
    first, second = cycle.scheme.voter_groups.order_by("order_no")
    keys = {
        "ballot": f"component_{ballot.pk}", "daily": f"component_{daily.pk}",
        "first": f"group_{first.pk}", "second": f"group_{second.pk}",
    }  # fmt: skip
    sent |= {keys.get(name, name): value for name, value in changes.items()}
    return client.post(f"{URL}?cycle={cycle.pk}", sent)


def moves(page):
    result = page.context["result"]
    return {
        result.people[move.key].name: (move.before.total, move.now.total, move.before.rank, move.now.rank)
        for field in result.fields
        for move in field.moves
    }


def test_unchanged_scheme_changes_nothing(sign_in):
    cycle = make_tried_cycle()

    page = changed(cycle, sign_in(make_clerk(cycle)))

    result = page.context["result"]
    assert result.differences == []
    assert {before == now and rank == rank_now for before, now, rank, rank_now in moves(page).values()} == {
        True
    }
    assert (result.n_up, result.n_down, result.n_other_grade, len(result.left_out)) == (0, 0, 0, 0)


def test_other_weights_move_people(sign_in):
    # ballots alone: 95, 85, 75 in place of 77.5, 87.5, 77.5
    cycle = make_tried_cycle()
    a, b, c = (one.name for one in cycle.reviewees.all())

    page = changed(cycle, sign_in(make_clerk(cycle)), ballot="100", daily="0")

    assert moves(page) == {
        a: (Decimal("77.50"), Decimal("95.00"), 2, 1),
        b: (Decimal("87.50"), Decimal("85.00"), 1, 2),
        c: (Decimal("77.50"), Decimal("75.00"), 2, 3),
    }
    assert [(one.what, one.before, one.now) for one in page.context["result"].differences] == [
        ("构成权重：现场测评", "50%", "100%"), ("构成权重：党建工作综合考核", "50%", "0%"),
    ]  # fmt: skip


def test_ballots_are_counted_again_by_other_group_weights(sign_in):
    cycle = make_tried_cycle()

    page = changed(cycle, sign_in(make_clerk(cycle)), first="10", second="90", decimals="3")

    # everybody in both groups ticked the same: weights change nothing, three decimals do
    assert {now for _, now, _, _ in moves(page).values()} == {Decimal("77.500"), Decimal("87.500")}


def test_who_crosses_the_line_of_the_quota_is_told(sign_in):
    cycle = make_tried_cycle()
    a, b, _ = (one.name for one in cycle.reviewees.all())

    page = changed(cycle, sign_in(make_clerk(cycle)), ballot="100", daily="0", from_good="80", quota="34")

    result = page.context["result"]
    crossing = {
        result.people[one.key].name: one.crosses
        for field in result.fields
        for one in field.moves
        if one.crosses
    }
    assert crossing == {a: "in"}
    assert "进入“好”" in page.content.decode()
    assert result.n_crossing == 1
    assert b in moves(page)


def test_nothing_is_stored_but_an_entry_in_the_log(sign_in):
    cycle = make_tried_cycle()
    clerk = make_clerk(cycle)
    client = sign_in(clerk)
    before = [list(model.objects.order_by("pk").values()) for model in (ScoreRun, ScoreSummary, GroupScore)]
    n_entries = AuditEntry.objects.count()

    changed(cycle, client, ballot="100", daily="0")

    assert [
        list(model.objects.order_by("pk").values()) for model in (ScoreRun, ScoreSummary, GroupScore)
    ] == before
    entry = AuditEntry.objects.latest("seq")
    assert AuditEntry.objects.count() == n_entries + 1
    assert (entry.action, entry.actor_id, entry.object_id) == (
        "insights.scheme_tried",
        clerk.pk,
        str(cycle.pk),
    )
    assert entry.details["changes"][0] == "构成权重：现场测评：50%→100%"


def test_page_and_export_say_what_they_are(sign_in):
    cycle = make_tried_cycle()
    client = sign_in(make_clerk(cycle))

    page = changed(cycle, client, ballot="100", daily="0")
    book = load_workbook(BytesIO(changed(cycle, client, ballot="100", daily="0", export="xlsx").content))

    assert "【试算】不是正式得分" in page.content.decode()
    assert {sheet["A1"].value[:4] for sheet in book} == {"【试算】"}
    assert {sheet["A2"].value for sheet in book} == {"【试算】不是正式得分，不作为评定依据"}
    rows = [[cell.value for cell in row] for row in book["试算结果"].iter_rows(min_row=6)]
    assert [row[3:8] for row in rows] == [
        [77.5, 95, 17.5, 2, 1], [87.5, 85, -2.5, 1, 2], [77.5, 75, -2.5, 2, 3],
    ]  # fmt: skip


def test_hidden_groups_are_left_out_with_a_reason_when_ballots_are_counted_otherwise(sign_in):
    cycle = make_tried_cycle()
    first = cycle.score_runs.get().summaries.first()
    GroupScore.objects.filter(summary=first).update(is_suppressed=True)
    client = sign_in(make_clerk(cycle))

    recounted = changed(cycle, client, first="100", second="0").context["result"]
    reweighed = changed(cycle, client, ballot="100", daily="0").context["result"]

    assert [(one.person.key, "推算" in one.reason) for one in recounted.left_out] == [
        (first.reviewee_id, True)
    ]
    assert reweighed.left_out == []


def test_hidden_scores_take_no_part(sign_in):
    cycle = make_tried_cycle(grades=("good", "good"), daily=(80, 80), n_votes=(2, 2))

    page = changed(cycle, sign_in(make_clerk(cycle)), ballot="100", daily="0")

    assert len(page.context["result"].left_out) == 2
    assert "95.00" not in page.content.decode()


def test_wrong_boxes_are_told_and_kept(sign_in):
    cycle = make_tried_cycle()
    client = sign_in(make_clerk(cycle))

    none = changed(cycle, client, ballot="0", daily="0").content.decode()
    order = changed(cycle, client, from_good="50").content.decode()
    blank = changed(cycle, client, blank_rule="value", blank_value="").content.decode()
    bands = changed(cycle, client, grade_method="rank_band").content.decode()

    assert "得分构成的权重不能都是 0" in none
    assert "起点总分应当从高到低" in order
    assert "请填写“空白项分值”" in blank
    assert "请填写每个等次排到领域前百分之几" in bands
    assert AuditEntry.objects.filter(action="insights.scheme_tried").count() == 0


def test_rank_bands_may_be_tried(sign_in):
    cycle = make_tried_cycle()
    client = sign_in(make_clerk(cycle))
    bands = {"until_good": "34", "until_fairly_good": "70", "until_average": "90"}

    page = changed(cycle, client, grade_method="rank_band", quota="100", **bands)

    result = page.context["result"]
    grades = {result.people[one.key].name: one.now.grade.label for one in result.fields[0].moves}
    _, b, _ = (one.name for one in cycle.reviewees.all())
    assert grades[b] == "好"


def make_plurality_cycle(**rules):
    """As above, 好 for everybody who deserves it, and a first item on the form that may decide by plurality."""
    cycle = make_tried_cycle(rules={"good_quota": 100})
    paper = cycle.scheme.papers.first()
    change_scheme(cycle, plurality_paper=paper, plurality_item=item_keys(cycle.scheme)[0], **rules)
    return cycle


def grades(page):
    result = page.context["result"]
    return [
        (one.before.grade.label, one.now.grade.label)
        for field in result.fields
        for one in sorted(field.moves, key=lambda move: move.key)
    ]


STARTS = {"from_good": "85", "from_fairly_good": "70", "from_average": "60"}


def test_trial_by_totals_beside_a_scheme_by_plurality(sign_in):
    # most ticked: 好, 较好, 一般; totals 77.5, 87.5, 77.5
    cycle = make_plurality_cycle(grade_method="plurality")

    page = changed(cycle, sign_in(make_clerk(cycle)), grade_method="threshold", **STARTS)

    assert grades(page) == [("好", "较好"), ("较好", "好"), ("一般", "较好")]


def test_trial_by_plurality_beside_a_scheme_by_totals(sign_in):
    cycle = make_plurality_cycle()
    client = sign_in(make_clerk(cycle))
    _, b, _ = cycle.reviewees.all()

    found = grades(changed(cycle, client, grade_method="plurality"))
    GroupScore.objects.filter(summary__reviewee=b, voter_group=cycle.scheme.voter_groups.first()).update(
        is_suppressed=True
    )
    hidden = changed(cycle, client, grade_method="plurality").context["result"]

    assert [now for _, now in found] == ["好", "较好", "一般"]
    assert [one.person.key for one in hidden.left_out] == [b.pk]


def test_trial_may_start_from_a_preset_or_last_year(sign_in):
    cycle = make_tried_cycle()
    earlier = make_cycle(stage="archived", host=cycle.host, year=2025, preset="60-40")
    ScoreRun.objects.create(
        cycle=earlier, state="done", is_current=True, software_version="1", requested_by=make_clerk(cycle),
        started_at=cycle.created_at,
    )  # fmt: skip
    client = sign_in(make_clerk(cycle))
    ballot, daily = cycle.scheme.components.order_by("order_no")

    preset = boxes(client.get(URL, {"cycle": cycle.pk, "start": "preset-40-60"}))
    last_year = client.get(URL, {"cycle": cycle.pk, "start": f"cycle-{earlier.pk}"})

    assert preset[f"component_{ballot.pk}"] == "40"
    assert (boxes(last_year)[f"component_{ballot.pk}"], boxes(last_year)[f"component_{daily.pk}"]) == (
        "100",
        "0",
    )


def test_only_staff_of_the_cycle(sign_in):
    cycle = make_tried_cycle()

    assert sign_in(make_user("leader", cycle.host)).get(URL).status_code == 403
    assert sign_in(make_user("clerk")).get(URL, {"cycle": cycle.pk}).status_code == 404


def test_without_scores_the_page_says_what_to_do(sign_in):
    cycle = make_cycle()

    assert "完成计分后" in sign_in(make_clerk(cycle)).get(URL).content.decode()


@pytest.mark.parametrize("n", [1, 3])
def test_page_costs_the_same_queries(sign_in, django_assert_num_queries, n):
    cycle = make_scored_cycle(["good"] * n)
    client = sign_in(make_clerk(cycle))
    client.get(URL)

    with django_assert_num_queries(6):
        client.get(URL)


@pytest.mark.parametrize("n", [1, 3])
def test_trial_costs_the_same_queries(sign_in, django_assert_num_queries, n):
    cycle = make_tried_cycle(daily=(80,) * n, grades=("good",) * n)
    client = sign_in(make_clerk(cycle))
    sent = boxes(client.get(URL)) | {"blank_rule": "void"}

    with django_assert_num_queries(N_QUERIES):
        page = client.post(f"{URL}?cycle={cycle.pk}", sent)

    assert len(moves(page)) == n
