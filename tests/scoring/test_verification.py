"""Nothing is released before the independent verifier agrees; what differs is said and can be put right."""

from decimal import Decimal

import pytest
from django.urls import reverse

from apps.audit.models import AuditEntry
from apps.common.errors import NotAllowedNow
from apps.documents.models import Job
from apps.documents.services import run_job
from apps.evaluations.models import EvaluationSession, SessionClosing
from apps.evaluations.services import release_results
from apps.scoring import services
from apps.scoring.domain import package_parts
from apps.scoring.kit import verifier
from apps.scoring.selectors.todos import scoring_todos
from apps.scoring.services import figures
from tests.factories.accounts import make_user
from tests.factories.evaluations import AT, make_hall, make_session

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def hall():
    hall = make_hall(n_slips=7)
    for n, slip in enumerate(hall.all_slips):
        hall.cast(slip, *["good", "fairly_good", "average"][n % 3 :])
    hall.close()
    hall.open()
    return hall


@pytest.fixture
def clerk(hall, client):
    user = make_user("clerk", hall.session.cycle.host)
    client.force_login(user, backend=BACKEND)
    return user


def verify(hall):
    return services.verify_session(hall.session.pk, actor=hall.actor, at=AT)


def wrong_rounding(value, places=2):
    """F59: somebody rounds down."""
    scaled = value * 10**places
    return Decimal(scaled.__floor__()).scaleb(-places)


def test_agreement_is_written_down_and_lets_results_go(hall):
    session = verify(hall)

    assert session.verification["agrees"]
    assert session.verification["differences"] == []
    assert session.verification["marks_hash"] == session.closing.marks_hash
    assert release_results(session.pk, actor=hall.actor, at=AT).state == "released"


def test_opening_orders_a_verification_that_the_job_finishes(hall):
    job = run_job(Job.objects.get(kind="scoring.verify").pk, clock=lambda: AT)

    session = EvaluationSession.objects.get(pk=hall.session.pk)
    assert (job.state, session.verification["agrees"], session.verified_at) == ("done", True, AT)
    assert job.result_url == reverse("scoring:verification", args=[session.pk])


def test_verifying_twice_changes_nothing(hall):
    verify(hall)
    verify(hall)

    assert AuditEntry.objects.filter(action="evaluations.verified").count() == 1


def test_nothing_is_released_before_the_verification(hall):
    with pytest.raises(NotAllowedNow, match="还没有复核"):
        release_results(hall.session.pk, actor=hall.actor, at=AT)


def test_changed_rounding_blocks_the_release_and_is_named(hall, monkeypatch):
    monkeypatch.setattr(package_parts, "round_half_up", wrong_rounding)

    session = verify(hall)

    assert not session.verification["agrees"]
    assert any("分项得分应为" in one for one in session.verification["differences"])
    with pytest.raises(NotAllowedNow, match="复核不一致"):
        release_results(session.pk, actor=hall.actor, at=AT)

    monkeypatch.undo()
    verify(hall)
    assert release_results(session.pk, actor=hall.actor, at=AT).state == "released"


def test_scores_stored_with_another_rounding_are_found(hall, monkeypatch):
    monkeypatch.setattr(figures, "round_half_up", lambda value, places: wrong_rounding(value, places) + 1)
    run_job(Job.objects.get(kind="scoring.compute").pk, clock=lambda: AT)
    monkeypatch.undo()

    differences = verify(hall).verification["differences"]

    assert differences
    assert all("系统存下的测评得分或总分" in one for one in differences)


def test_verification_of_other_marks_does_not_count(hall):
    verify(hall)
    SessionClosing.objects.filter(session=hall.session).update(marks_hash="1" * 64)

    with pytest.raises(NotAllowedNow, match="不是开箱时固定的评分"):
        release_results(hall.session.pk, actor=hall.actor, at=AT)


def test_closed_urn_and_rehearsals_cannot_be_verified():
    session = make_session()

    for act in (services.verify_session, services.request_verification, services.export_results):
        with pytest.raises(NotAllowedNow):
            act(session.pk, actor=None, at=AT)


def test_verifier_that_ends_without_a_word_is_no_agreement(hall, monkeypatch, tmp_path):
    broken = tmp_path / "broken.py"
    broken.write_text("raise SystemExit(3)")
    monkeypatch.setattr(verifier, "PROGRAM", broken)

    with pytest.raises(Exception, match="复核程序没有正常结束"):
        verify(hall)

    assert EvaluationSession.objects.get(pk=hall.session.pk).verification is None


def test_page_shows_state_and_starts_again(hall, clerk, client):
    Job.objects.filter(kind="scoring.verify").delete()
    address = reverse("scoring:verification", args=[hall.session.pk])

    before = client.get(address).content.decode()
    answer = client.post(reverse("scoring:verification_create", args=[hall.session.pk]))
    run_job(Job.objects.get(kind="scoring.verify").pk)
    after = client.get(address).content.decode()

    assert "还没有复核过" in before
    assert answer.url == address
    assert "复核一致，可以发布" in after


def test_page_names_the_differences(hall, clerk, client, monkeypatch):
    monkeypatch.setattr(package_parts, "round_half_up", wrong_rounding)
    session = verify(hall)

    page = client.get(reverse("scoring:verification", args=[session.pk])).content.decode()

    assert "复核不一致" in page
    assert session.verification["differences"][0] in page


def test_disagreement_waits_on_the_home_page(hall, clerk, monkeypatch):
    assert [one.title for one in scoring_todos(clerk, AT.date())] == []
    monkeypatch.setattr(package_parts, "round_half_up", wrong_rounding)
    verify(hall)

    [todo] = scoring_todos(clerk, AT.date())

    assert todo.title == "年度述职评议现场测评：复核不一致，不能发布"
    assert todo.url == reverse("scoring:verification", args=[hall.session.pk])


def test_download_is_written_down(hall, clerk, client):
    answer = client.post(reverse("scoring:package_download", args=[hall.session.pk]))

    assert answer["Content-Type"] == "application/zip"
    assert answer["Cache-Control"] == "no-store, private"
    assert verifier.differences_in(answer.content) == []
    assert AuditEntry.objects.get(action="scoring.package_exported").actor_id == clerk.pk
