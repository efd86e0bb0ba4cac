"""A run is asked for, computed, stored, and replaced by the next."""

from decimal import Decimal

import pytest

from apps.assessments.models import AdjustmentEntry
from apps.audit.models import AuditEntry
from apps.cycles.domain.papers.templates import Item, ItemKind, Option, PaperTemplate, Scale
from apps.cycles.models import SchemeAdjustment, SchemeComponent
from apps.documents.models import Job
from apps.documents.services import run_job
from apps.evaluations.models import OpenedMark
from apps.scoring.errors import ScoresFixed
from apps.scoring.models import ScoreRun
from apps.scoring.selectors import current_run, is_outdated, latest_run, marks
from apps.scoring.selectors.closeness import neighbors_of, undistinguished
from apps.scoring.services import STEPS, compute_score_run, request_score_run
from apps.scoring.signals import score_run_finished
from tests.factories.assessments import make_component_score
from tests.factories.cycles import make_cycle, make_paper, make_reviewee
from tests.factories.evaluations import make_hall, make_opened_marks, make_session, move_to
from tests.factories.scoring import AT, compute, item_keys, make_clerk, make_opened_cycle, set_stage

pytestmark = pytest.mark.django_db


def imported_components(cycle):
    return list(cycle.scheme.components.filter(kind="imported").order_by("order_no"))


def test_run_stores_ballot_scores_totals_and_ranks():
    # 60/40: six ballots of each group, all 好 (95 points) or all 较好 (85 points)
    cycle = make_opened_cycle(["fairly_good", "good", "fairly_good"])

    run = compute(cycle)

    found = [
        (one.ballot_score, one.total, one.rank_in_field, one.n_in_field, one.n_valid)
        for one in run.summaries.all()
    ]
    assert run.state == "done"
    assert run.is_current
    assert found == [
        (Decimal("85.0000"), Decimal("85.0000"), 2, 3, 12),
        (Decimal("95.0000"), Decimal("95.0000"), 1, 3, 12),
        (Decimal("85.0000"), Decimal("85.0000"), 2, 3, 12),
    ]


def test_groups_are_weighed_and_kept():
    # A票 (60): two 好, one 较好, two 差 → (2·95 + 85 + 2·60)/5 = 79; B票 (40): five 一般 → 75; 0.6·79 + 0.4·75 = 77.4
    cycle = make_opened_cycle(["good"], n_votes=0)
    reviewee = cycle.reviewees.get()
    a, b = cycle.scheme.voter_groups.order_by("order_no")
    items = item_keys(cycle.scheme)
    given = [(a, "good")] * 2 + [(a, "fairly_good")] + [(a, "poor")] * 2 + [(b, "average")] * 5
    votes = [(reviewee.pk, group.pk, dict.fromkeys(items, grade)) for group, grade in given]
    make_opened_marks(make_session(cycle=cycle), votes, returned={a.pk: 7})

    summary = compute(cycle).summaries.get()

    scores = list(summary.group_scores.all())
    assert (summary.ballot_exact, summary.shown_total) == ("387/5", Decimal("77.40"))
    assert [one.mean_exact for one in scores] == ["79/1", "75/1"]
    assert [one.effective_weight for one in scores] == ["3/5", "2/5"]
    assert [(one.n_returned, one.n_valid) for one in scores] == [(7, 5), (5, 5)]
    assert scores[0].counts[0] == {
        "item": "duty",
        "n": 5,
        "divided_by": 5,
        "answers": {"good": 2, "fairly_good": 1, "average": 0, "poor": 2},
        "points": "79/1",
    }
    assert [one["item_id"] for one in summary.item_scores] == ["duty", "tasks", "problems", "overall"]
    assert [one["score"] for one in summary.item_scores] == ["77.40"] * 4


def test_missing_component_blocks_and_is_not_nought():
    cycle = make_opened_cycle(["good"], preset="50-50")

    run = compute(cycle)

    reviewee = cycle.reviewees.get()
    summary = run.summaries.get()
    words = f"{reviewee.organization_name}{reviewee.name}：缺少“党建工作综合考核”得分"
    assert run.state == "blocked"
    assert run.missing == [{"reviewee_id": reviewee.pk, "text": words}]
    assert (summary.total, summary.rank_in_field) == (None, None)
    assert summary.ballot_score == 95


def test_imported_component_enters_the_total():
    # 50 % of 95 + 50 % of 45/50 = 47.5 + 45 = 92.5
    cycle = make_opened_cycle(["good"], preset="50-50")
    [component] = imported_components(cycle)
    make_component_score(cycle.reviewees.get(), component, actor=make_clerk(cycle), value=45, out_of=50)

    summary = compute(cycle).summaries.get()

    assert summary.shown_total == Decimal("92.50")
    assert [part["score"] for part in summary.components] == ["95.00", "90.00"]


def test_nobody_voted_blocks():
    run = compute(make_opened_cycle([None]))

    assert run.state == "blocked"
    assert run.missing[0]["text"].endswith("：没有有效票")
    assert run.summaries.get().ballot_score is None


def test_closed_urn_of_a_second_session_blocks_its_people():
    cycle = make_opened_cycle(["good"])
    make_session(cycle=cycle, title="下半场测评")

    run = compute(cycle)

    assert run.missing[0]["text"].endswith("：测评场次“下半场测评”尚未开箱")
    assert run.summaries.get().total is None


def test_person_on_no_form_blocks():
    cycle = make_opened_cycle(["good"])
    make_reviewee(cycle=cycle, field="rural")

    run = compute(cycle)

    assert [entry["text"].rpartition("：")[2] for entry in run.missing] == ["没有列入任何测评场次"]


def test_empty_group_blocks_when_the_scheme_says_so():
    cycle = make_opened_cycle(["good"], n_votes=(6, 0), rules={"empty_group_rule": "block"})

    run = compute(cycle)

    group = cycle.scheme.voter_groups.order_by("order_no").last()
    assert run.missing[0]["text"].endswith(f"：“{group.name}”没有有效票，方案规定此时须由人决定")


def test_small_group_is_suppressed_with_another_one():
    cycle = make_opened_cycle(["good"], n_votes=0)
    a, b = cycle.scheme.voter_groups.order_by("order_no")
    items = item_keys(cycle.scheme)
    kinds = ["good", "fairly_good", "average", "poor", "good", "fairly_good"]
    given = [(a, kind) for kind in kinds[:4]] + [(b, kind) for kind in kinds * 5]
    votes = [(cycle.reviewees.get().pk, group.pk, dict.fromkeys(items, kind)) for group, kind in given]
    make_opened_marks(make_session(cycle=cycle), votes)

    summary = compute(cycle).summaries.get()

    assert [one.is_suppressed for one in summary.group_scores.all()] == [True, True]
    assert not summary.hides_score


def test_every_form_is_counted_apart():
    # 60 % from the first form (all 好, 95), 40 % from a second one with a number (8 of 10) and a yes (100): 0.6·95 + 0.4·90
    template = PaperTemplate(
        title="满意度",
        scales=(Scale("yn", "是否", (Option("yes", "是", Decimal(100)), Option("no", "否", Decimal(0)))),),
        items=(
            Item("n", "打分", ItemKind.NUMBER, maximum=Decimal(10)),
            Item("y", "是否满意", ItemKind.YES_NO, scale="yn"),
            Item("extra", "仅供参考", ItemKind.YES_NO, weight=Decimal(0), scale="yn"),
        ),
    )
    cycle = make_cycle(stage="draft")
    scheme = cycle.scheme
    second = make_paper(scheme, template=template, name="满意度")
    first = scheme.components.get()
    scheme.components.update(weight=60)
    SchemeComponent.objects.create(
        scheme=scheme, order_no=2, name="满意度", kind="ballot", weight=40, paper=second
    )
    reviewee = make_reviewee(cycle=cycle)
    scheme.frozen_at = AT
    scheme.save()
    set_stage(cycle, "meeting")
    session = make_session(cycle=cycle)
    subject = session.subjects.get()
    move_to(session, "closed")
    for group in session.groups.all():
        for _ in range(6):
            marks = {first.paper_id or scheme.papers.first().pk: dict.fromkeys(item_keys(scheme), "good")}
            marks[second.pk] = {"n": "8", "y": "yes", "extra": "no"}
            for paper_id, given in marks.items():
                OpenedMark.objects.create(subject=subject, group=group, paper_id=paper_id, marks=given)
    move_to(session, "opened")

    summary = compute(cycle).summaries.get(reviewee=reviewee)

    assert [one["exact"] for one in summary.papers] == ["95/1", "90/1"]
    assert (summary.ballot_exact, summary.total_exact, summary.n_valid) == ("93/1", "93/1", 12)
    assert [one.mean_exact for one in summary.group_scores.all()] == ["95/1", "95/1", "90/1", "90/1"]
    number, yes, extra = summary.group_scores.filter(paper=second).first().counts
    assert number == {"item": "n", "n": 6, "divided_by": 6, "answers": {}, "points": "80/1"}
    assert (yes["answers"], extra["answers"]) == ({"yes": 6, "no": 0}, {"yes": 0, "no": 6})
    assert [one["item_id"] for one in summary.item_scores if one["paper_id"] == second.pk] == ["n", "y"]


def test_rehearsals_are_never_counted():
    cycle = make_opened_cycle(["fairly_good"])
    [reviewee] = cycle.reviewees.all()
    real = cycle.sessions.get()
    rehearsal = make_session(cycle=cycle, title="【彩排】测评")
    type(real).objects.filter(pk=rehearsal.pk).update(rehearsal_of=real)
    rehearsal.refresh_from_db()
    items = item_keys(cycle.scheme)
    groups = cycle.scheme.voter_groups.all()
    make_opened_marks(rehearsal, [(reviewee.pk, g.pk, dict.fromkeys(items, "poor")) for g in groups] * 9)

    summary = compute(cycle).summaries.get()

    assert (summary.ballot_exact, summary.n_valid) == ("85/1", 12)
    assert [one.n_returned for one in summary.group_scores.all()] == [6, 6]


def test_rehearsal_under_way_blocks_nobody():
    cycle = make_opened_cycle(["good"])
    rehearsal = make_session(cycle=cycle, title="【彩排】测评")
    type(rehearsal).objects.filter(pk=rehearsal.pk).update(rehearsal_of=cycle.sessions.first())

    assert compute(cycle).state == "done"


def test_too_few_ballots_hide_the_score_but_still_rank():
    cycle = make_opened_cycle(["good"], n_votes=(2, 2))

    summary = compute(cycle).summaries.get()

    assert summary.hides_score
    assert (summary.shown_ballot_score, summary.shown_total, summary.rank_in_field) == (None, None, 1)


def test_same_input_gives_the_same_hash_and_figures():
    cycle = make_opened_cycle(["good", "average"])

    first, second = compute(cycle), compute(cycle)

    def figures(run):
        return list(run.summaries.values_list("reviewee_id", "ballot_exact", "total_exact", "rank_in_field"))

    assert first.pk != second.pk
    assert first.input_hash == second.input_hash
    assert figures(first) == figures(second)


def test_each_part_of_the_input_has_its_hash():
    cycle = make_opened_cycle(["good"], preset="50-50")
    paper = cycle.scheme.papers.get()
    first = compute(cycle)

    make_component_score(cycle.reviewees.get(), imported_components(cycle)[0], actor=make_clerk(cycle))
    second = compute(cycle)

    changed = [part for part in first.input_hashes if first.input_hashes[part] != second.input_hashes[part]]
    assert set(first.input_hashes) == {"scheme", "people", "imported", "adjustments", f"marks:{paper.pk}"}
    assert changed == ["imported"]


def test_run_says_what_changed_and_whose_figures_moved():
    # 50 % of 95 and 50 % of 90 = 92.5; corrected to 80: 87.5
    cycle = make_opened_cycle(["good"], preset="50-50")
    [component], reviewee = imported_components(cycle), cycle.reviewees.get()
    score = make_component_score(reviewee, component, actor=make_clerk(cycle), value=90)
    first = compute(cycle)
    type(score).objects.filter(pk=score.pk).update(value=80)

    second = compute(cycle)

    name = f"{reviewee.organization_name}{reviewee.name}"
    assert first.differences == {}
    assert second.differences == {
        "against": first.pk,
        "parts": ["录入的考核得分"],
        "people": [
            {
                "reviewee_id": reviewee.pk,
                "name": name,
                "words": [
                    f"“{component.name}”：90.00 → 80.00（录入的考核得分有改动）",
                    "加减分前：92.50 → 87.50",
                    "总分：92.50 → 87.50",
                ],
            }
        ],
        "summary": "变化的是：录入的考核得分；1 人的数字因此改变。",
    }


def test_second_run_of_the_same_input_says_so():
    cycle = make_opened_cycle(["good", "average"])
    compute(cycle)

    found = compute(cycle).differences

    assert (found["parts"], found["people"], found["summary"]) == ([], [], "输入没有变化，结果相同。")


def test_hidden_figures_are_in_no_difference():
    cycle = make_opened_cycle(["good"], n_votes=(2, 2), preset="50-50")
    compute(cycle)
    make_component_score(
        cycle.reviewees.get(), imported_components(cycle)[0], actor=make_clerk(cycle), value=90
    )

    [person] = compute(cycle).differences["people"]

    assert [words.partition("：")[0] for words in person["words"]] == ["领域内名次"]


def test_progress_is_told_step_by_step():
    cycle = make_opened_cycle(["good"])
    run = request_score_run(cycle.pk, actor=make_clerk(cycle), at=AT)
    told = []

    compute_score_run(run.pk, at=AT, progress=told.append)

    assert tuple(told) == STEPS
    assert STEPS == ("read", "tally", "scores", "secrecy", "store")


def test_points_make_the_run_outdated_and_enter_the_total():
    cycle = make_cycle(stage="draft")
    line = SchemeAdjustment.objects.create(
        scheme=cycle.scheme, order_no=1, kind="bonus", name="表彰", least=1, most=3, limit=2
    )
    make_reviewee(cycle=cycle)
    cycle.scheme.frozen_at = AT
    cycle.scheme.save()
    set_stage(cycle, "meeting")
    items = item_keys(cycle.scheme)
    reviewee = cycle.reviewees.get()
    votes = [(reviewee.pk, g.pk, dict.fromkeys(items, "good")) for g in cycle.scheme.voter_groups.all()] * 6
    make_opened_marks(make_session(cycle=cycle), votes)
    first = compute(cycle)

    AdjustmentEntry.objects.create(
        reviewee=reviewee,
        adjustment=line,
        points=3,
        reason="表彰",
        entered_by=make_clerk(cycle),
        entered_at=AT,
    )
    assert is_outdated(first)
    summary = compute(cycle).summaries.get()

    assert (summary.shown_base, summary.bonus, summary.shown_total) == (95, 2, 97)
    assert summary.adjustments == [
        {"adjustment_id": line.pk, "name": "表彰", "kind": "bonus", "entered": "3.00", "counted": "2.00"}
    ]
    assert not is_outdated(current_run(cycle))


def test_portions_of_reviewees_make_no_difference(monkeypatch):
    cycle = make_opened_cycle(["good", "average", "poor"])
    whole = compute(cycle)
    monkeypatch.setattr(marks, "BATCH", 1)

    parts = compute(cycle)

    assert parts.input_hashes == whole.input_hashes
    assert parts.differences["summary"] == "输入没有变化，结果相同。"


def test_bands_of_ranks_are_stored():
    # everybody says the same about each: no ballot that is left out moves anything
    cycle = make_opened_cycle(["good", "good", "average"])
    first, second, third = cycle.reviewees.all()

    found = {one.reviewee_id: one.band for one in compute(cycle).summaries.all()}

    assert (list(neighbors_of(found[first.pk])), found[first.pk]["n_near"]) == ([second.pk], 1)
    assert (list(neighbors_of(found[third.pk])), found[third.pk]["from_rank"]) == ([], 3)
    assert undistinguished(current_run(cycle)) == {
        first.pk: {second.pk},
        second.pk: {first.pk},
        third.pk: set(),
    }


def test_changed_input_changes_the_hash():
    cycle = make_opened_cycle(["good"], preset="50-50")
    first = compute(cycle)
    make_component_score(cycle.reviewees.get(), imported_components(cycle)[0], actor=make_clerk(cycle))

    assert is_outdated(first)
    assert compute(cycle).input_hash != first.input_hash
    assert not is_outdated(current_run(cycle))


def test_new_run_replaces_the_current_one():
    cycle = make_opened_cycle(["good"])
    first, second = compute(cycle), compute(cycle)

    first.refresh_from_db()
    assert not first.is_current
    assert current_run(cycle) == second
    assert latest_run(cycle) == second


def test_computing_twice_changes_nothing():
    run = compute(make_opened_cycle(["good"]))

    again = compute_score_run(run.pk, at=AT)

    assert again.pk == run.pk
    assert run.summaries.count() == 1


def test_waiting_run_is_not_doubled():
    cycle = make_opened_cycle(["good"])
    clerk = make_clerk(cycle)

    first = request_score_run(cycle.pk, actor=clerk, at=AT)
    second = request_score_run(cycle.pk, actor=clerk, at=AT)

    assert first == second
    assert Job.objects.filter(kind="scoring.compute").count() == 1


def test_running_job_is_not_reused():
    cycle = make_opened_cycle(["good"])
    clerk = make_clerk(cycle)
    first = request_score_run(cycle.pk, actor=clerk, at=AT)
    Job.objects.filter(pk=first.job_id).update(state="running")

    second = request_score_run(cycle.pk, actor=clerk, at=AT)

    assert second != first


@pytest.mark.parametrize("stage", ["rectifying", "archived"])
def test_no_run_after_sign_off(stage):
    cycle = set_stage(make_opened_cycle(["good"]), stage)

    with pytest.raises(ScoresFixed):
        request_score_run(cycle.pk, actor=make_clerk(cycle), at=AT)


def test_job_of_a_signed_cycle_ends_with_words():
    cycle = make_opened_cycle(["good"])
    run = request_score_run(cycle.pk, actor=make_clerk(cycle), at=AT)
    set_stage(cycle, "rectifying")

    job = run_job(run.job_id)

    assert job.state == "failed"
    assert "已经签发" in job.error


def test_opening_the_urn_starts_a_run_that_the_job_finishes():
    hall = make_hall(n_slips=5)
    for slip in hall.all_slips:
        hall.cast(slip, "good", "fairly_good")
    hall.close()

    hall.open()
    run = ScoreRun.objects.get()
    job = run_job(run.job_id)

    run.refresh_from_db()
    assert (job.state, run.state, run.is_current) == ("done", "done", True)
    assert job.result_url == f"/scoring/runs/{run.pk}/"
    assert [one.total for one in run.summaries.all()] != []


def test_run_is_told_and_logged():
    cycle = make_opened_cycle(["good"])
    told = []
    score_run_finished.connect(lambda **kwargs: told.append(kwargs["cycle_id"]), weak=False, dispatch_uid="t")

    try:
        run = compute(cycle)
    finally:
        score_run_finished.disconnect(dispatch_uid="t")

    assert told == [cycle.pk]
    actions = AuditEntry.objects.filter(object_id=str(run.pk), action__startswith="scoring.")
    assert list(actions.order_by("seq").values_list("action", flat=True)) == [
        "scoring.run_requested",
        "scoring.computed",
    ]
