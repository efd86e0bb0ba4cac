"""The purge: when it may be done, what goes, what stays, and that nothing can be opened afterwards."""

from datetime import date, timedelta
from io import BytesIO

import pdfplumber
import pytest
from django.urls import reverse

from apps.audit.models import AuditEntry
from apps.common.errors import DomainError, NotAllowedNow
from apps.evaluations import services
from apps.evaluations.kit import holds
from apps.evaluations.models import (
    Credential,
    EvaluationSession,
    OpenedMark,
    PaperEntry,
    SessionClosing,
    UrnEntry,
)
from tests.factories.accounts import make_user
from tests.factories.evaluations import AT, make_hall

pytestmark = pytest.mark.django_db(transaction=True)
LATER = AT + timedelta(days=9)


def released(n_slips=2):
    hall = make_hall(n_slips=n_slips)
    for slip in hall.all_slips:
        hall.cast(slip)
    hall.close()
    hall.open()
    EvaluationSession.objects.filter(pk=hall.session.pk).update(
        state="released", released_at=AT, objection_ends_on=date(2026, 12, 27)
    )
    hall.session.refresh_from_db()
    return hall


def purge(hall, at=LATER):
    return services.purge_session(hall.session.pk, actor=hall.actor, at=at)


def hold_of(hall):
    return holds.find_hold(hall.session.pk, bytes(hall.session.public_key))


def test_purge_takes_ballots_slips_and_hold_and_leaves_results():
    hall = released()
    trackers = SessionClosing.objects.get().trackers
    assert hold_of(hall) is not None

    session = purge(hall)

    assert (session.state, session.purged_at) == ("purged", LATER)
    assert (UrnEntry.objects.count(), Credential.objects.count(), PaperEntry.objects.count()) == (0, 0, 0)
    assert hold_of(hall) is None
    assert OpenedMark.objects.count() == 8
    assert SessionClosing.objects.get().trackers == trackers
    assert (session.purge_report["n_envelopes"], session.purge_report["n_slips"]) == (4, 4)


def test_purging_twice_changes_nothing_and_finishes_what_a_power_cut_left():
    hall = released()
    hold = hold_of(hall)
    purge(hall)
    holds.keep_hold(
        hall.session.pk, bytes(hall.session.public_key), hold
    )  # as if the power had failed before

    again = purge(hall, LATER + timedelta(days=1))

    assert again.purged_at == LATER
    assert hold_of(hall) is None
    assert AuditEntry.objects.filter(action="evaluations.purged").count() == 1


def test_last_day_of_objections_is_still_too_early():
    hall = released()

    with pytest.raises(NotAllowedNow, match="异议期到 2026年12月27日 为止"):
        purge(hall, AT + timedelta(days=7))
    assert UrnEntry.objects.count() == 4
    assert purge(hall, AT + timedelta(days=8)).state == "purged"


def test_purge_waits_for_the_release_and_is_not_for_rehearsals():
    hall = make_hall()
    keyed = make_hall(state="keyed")
    rehearsal = services.start_rehearsal(keyed.session.pk, actor=keyed.actor, at=AT)

    with pytest.raises(NotAllowedNow, match="还没有发布"):
        purge(hall)
    with pytest.raises(NotAllowedNow, match="彩排不用销毁"):
        services.purge_session(rehearsal.pk, actor=hall.actor, at=LATER)


def test_nothing_opens_or_casts_after_the_purge():
    hall = released()
    sealed = [bytes(entry.ciphertext) for entry in UrnEntry.objects.all()]
    purge(hall)

    with pytest.raises(NotAllowedNow, match="已经销毁"):
        services.open_urn(hall.session.pk, cards=hall.cards[:2], actor=hall.actor, at=LATER)
    with pytest.raises(DomainError) as refusal:
        hall.cast(hall.all_slips[0])
    with pytest.raises(DomainError):
        services.keys.join_key(hall.session, hall.cards[:2])
    assert "截止" in refusal.value.message
    assert len(sealed) == 4


def login(client, hall):
    clerk = make_user(role="clerk", scope=hall.session.cycle.host)
    client.force_login(clerk, backend="django.contrib.auth.backends.ModelBackend")
    return client


def url(name, hall):
    return reverse(f"evaluations:{name}", args=[hall.session.pk])


def test_page_tells_what_goes_and_wants_the_word_typed(client):
    hall = released()
    EvaluationSession.objects.filter(pk=hall.session.pk).update(objection_ends_on=date(2020, 1, 1))
    page = login(client, hall)

    shown = page.get(url("purge", hall)).content.decode()
    mistyped = page.post(url("purge", hall), {"typed": "销"})
    done = page.post(url("purge", hall), {"typed": "销毁"})
    after = page.get(url("purge", hall)).content.decode()

    assert "密封选票 4 份" in shown
    assert "仍然保留" in shown
    assert mistyped.status_code == 422
    assert "没有销毁任何数据" in mistyped.content.decode()
    assert done["Location"] == url("purge", hall)
    assert "已覆写并删除" in after
    assert EvaluationSession.objects.get(pk=hall.session.pk).state == "purged"
    assert "已经销毁" in page.get(url("urn_open", hall)).content.decode()


def test_page_before_the_day_offers_no_button(client):
    hall = released()
    EvaluationSession.objects.filter(pk=hall.session.pk).update(objection_ends_on=date(2999, 1, 1))

    shown = login(client, hall).get(url("purge", hall)).content.decode()

    assert "异议期到 2999年01月01日 为止" in shown
    assert 'name="typed"' not in shown


def test_certificate_tells_numbers_hashes_and_what_people_must_do(client):
    hall = released()
    page = login(client, hall)
    assert page.get(url("purge_certificate", hall)).status_code == 404
    purge(hall)

    with pdfplumber.open(BytesIO(page.get(url("purge_certificate", hall)).content)) as document:
        text = "".join(page_.extract_text() for page_ in document.pages).replace("\n", "")

    root = SessionClosing.objects.get().merkle_root
    assert "密封选票 4 份" in text
    assert "已覆写并删除" in text
    assert root[:8] in text
    assert "2026年12月29日（含）之前" in text
    assert text.count("签名") == 4


def test_record_and_ledger_can_be_read_after_the_purge(client):
    hall = released()
    purge(hall)
    page = login(client, hall)

    assert page.get(url("ledger", hall)).status_code == 200
    assert page.get(url("record", hall))["Content-Type"] == "application/pdf"
