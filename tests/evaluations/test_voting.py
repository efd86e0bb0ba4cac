"""Opening and closing the voting: every way out, and what a hand in the database can and cannot do to the ledger."""

from collections import Counter

import pytest
from django.db import connection

from apps.audit.models import AuditEntry
from apps.common.errors import NotAllowedNow
from apps.cycles.models import SchemePaper
from apps.evaluations import services
from apps.evaluations.domain.trackers import merkle_root
from apps.evaluations.errors import EnvelopesReplaced, LedgerDoesNotBalance
from apps.evaluations.models import Credential, EvaluationSession, SessionHall, UrnEntry
from tests.factories.cycles import make_cycle, make_reviewee
from tests.factories.evaluations import AT, make_hall, make_session, pass_rehearsal

pytestmark = pytest.mark.django_db


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def actions():
    return Counter(AuditEntry.objects.values_list("action", flat=True))


def put_by_hand(hall, slip, *, voucher=b"\0" * 32, tracker="FORGED", marks=None):
    """Write an envelope straight into the table, as somebody with the database's password could."""
    row = Credential.objects.get(selector=slip.selector)
    sql(
        "INSERT INTO evaluations_urnentry (credential_id, ciphertext, tracker, voucher) VALUES (%s, %s, %s, %s)",
        row.pk, hall.seal(slip, marks or {}), tracker, voucher,
    )  # fmt: skip


def ledger_of(hall):
    session = hall.close()
    names = ("n_issued", "n_online", "n_paper", "n_void", "n_unused", "n_foreign")
    return [tuple(line[name] for name in names) for line in session.closing.ledger["groups"]]


# -- opening the voting


def test_voting_opens_only_when_everything_is_ready():
    cycle = make_cycle(stage="meeting")
    make_reviewee(cycle=cycle)
    session, clerk = make_session(cycle=cycle), make_hall().actor
    refusals = []

    def refused():
        with pytest.raises(NotAllowedNow) as refusal:
            services.open_voting(session.pk, actor=clerk, at=AT)
        refusals.append(refusal.value.message)

    refused()
    printed = services.make_key(session.pk, actor=clerk, at=AT)
    refused()
    services.try_cards(session.pk, cards=[c.text for c in printed.cards[:2]], actor=clerk, at=AT)
    refused()
    pass_rehearsal(session)
    refused()
    for group in session.groups.all():
        services.issue_slips(session.pk, group_id=group.pk, n_slips=1, actor=clerk, at=AT)
    services.open_voting(session.pk, actor=clerk, at=AT)
    opened = services.open_voting(session.pk, actor=clerk, at=AT)

    words = ("没有生成密钥", "试开", "还没有彩排", "没有打印测评票")
    assert [word in refusal for word, refusal in zip(words, refusals, strict=True)] == [True] * 4
    assert opened.state == "open"
    assert AuditEntry.objects.filter(action="evaluations.voting_opened", object_id=session.pk).count() == 1


def test_voting_waits_for_the_stage_of_the_meeting():
    cycle = make_cycle(stage="reporting")
    make_reviewee(cycle=cycle)
    hall = make_hall(state="rehearsed", session=make_session(cycle=cycle))

    with pytest.raises(NotAllowedNow, match="会议测评"):
        services.open_voting(hall.session.pk, actor=hall.actor, at=AT)


def test_new_key_after_the_rehearsal_must_be_tried_again():
    hall = make_hall(state="rehearsed")
    printed = services.make_key(hall.session.pk, actor=hall.actor, at=AT)

    with pytest.raises(NotAllowedNow, match="试开"):
        services.open_voting(hall.session.pk, actor=hall.actor, at=AT)

    services.try_cards(hall.session.pk, cards=[c.text for c in printed.cards[:2]], actor=hall.actor, at=AT)
    assert services.open_voting(hall.session.pk, actor=hall.actor, at=AT).state == "open"


def test_form_changed_after_the_rehearsal_must_be_rehearsed_again():
    hall = make_hall(state="rehearsed")
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql("ALTER TABLE cycles_schemepaper DISABLE TRIGGER USER")
    paper = SchemePaper.objects.get(sessions__session=hall.session)
    paper.definition = paper.definition | {"footer": "改过的页脚"}
    paper.save()
    printed = services.make_key(hall.session.pk, actor=hall.actor, at=AT)
    services.try_cards(hall.session.pk, cards=[c.text for c in printed.cards[:2]], actor=hall.actor, at=AT)

    with pytest.raises(NotAllowedNow, match="重新彩排"):
        services.open_voting(hall.session.pk, actor=hall.actor, at=AT)


def test_voting_that_is_over_is_not_opened_again():
    hall = make_hall()
    hall.close()

    with pytest.raises(NotAllowedNow, match="已经截止"):
        services.open_voting(hall.session.pk, actor=hall.actor, at=AT)


# -- closing


def test_closing_fixes_ledger_trackers_and_root():
    hall = make_hall(n_slips=4)
    slips = hall.all_slips
    trackers = sorted(hall.cast(slip) for slip in slips[:5])
    services.void_slip(hall.session.pk, selector=slips[5].selector, actor=hall.actor, at=AT)
    services.spoil_slip(hall.session.pk, selector=slips[6].selector, actor=hall.actor, at=AT)

    lines = ledger_of(hall)
    session = hall.close()

    assert lines == [(4, 4, 0, 0, 0, 0), (4, 1, 0, 2, 1, 0)]
    assert session.closing.trackers == trackers
    assert session.closing.merkle_root == merkle_root(trackers)
    assert actions()["evaluations.voting_closed"] == 1


def test_closing_waits_for_opening():
    with pytest.raises(NotAllowedNow):
        make_hall(state="keyed").close()


def test_exchanged_slip_leaves_the_equation_and_its_form_enters_it():
    hall = make_hall(n_slips=3)
    group_id, slips = next(iter(hall.slips.items()))
    hall.cast(slips[0])
    for slip in slips[:2]:
        services.exchange_slip(hall.session.pk, selector=slip.selector, actor=hall.actor, at=AT)
    batch, _ = services.open_batch(hall.session.pk, group_id=group_id, actor=hall.actor, at=AT)
    with pytest.raises(
        LedgerDoesNotBalance, match="2 张测评票换领了纸质测评表，纸质测评表只登记发出 0 张。请登记纸质张数的"
    ):
        hall.close()
    services.set_heads(batch.pk, n_issued=4, n_returned=2, n_spoiled=1, actor=hall.actor, at=AT)

    lines = ledger_of(hall)

    assert lines == [(5, 0, 2, 1, 2, 0), (3, 0, 0, 0, 3, 0)]
    stored = hall.close().closing.ledger["groups"][0]
    assert (stored["n_slips"], stored["n_exchanged"], stored["n_forms"], stored["n_spoiled"]) == (3, 2, 4, 1)


def test_halls_are_told_apart_for_information():
    hall = make_hall(state="rehearsed", n_slips=1)
    first, second = (
        SessionHall.objects.create(session=hall.session, order_no=n, name=f"第{n}会场", hall_key=f"key{n}") for n in (1, 2)
    )  # fmt: skip
    group_id = next(iter(hall.slips))
    more = services.issue_slips(
        hall.session.pk, group_id=group_id, n_slips=2, hall_id=first.pk, actor=hall.actor, at=AT
    )
    services.issue_slips(
        hall.session.pk, group_id=group_id, n_slips=1, hall_id=second.pk, actor=hall.actor, at=AT
    )
    services.open_voting(hall.session.pk, actor=hall.actor, at=AT)
    hall.cast(more[0])

    halls = hall.close().closing.ledger["halls"]

    assert [(h["name"], h["n_issued"], h["n_online"], h["n_unused"]) for h in halls] == [
        ("第1会场", 2, 1, 1),
        ("第2会场", 1, 0, 1),
    ]


# -- a hand in the database


def test_envelope_put_by_hand_under_an_unused_slip_counts_as_nothing_and_stops_nothing():
    hall = make_hall()
    mine, other = hall.all_slips[:2]
    tracker = hall.cast(mine)
    put_by_hand(hall, other, marks=hall.marks("poor"))

    lines = ledger_of(hall)

    closing = hall.close().closing
    assert lines[0] == (3, 1, 0, 0, 2, 1)
    assert closing.trackers == [tracker]
    assert len(closing.ledger["foreign"]) == 1
    assert AuditEntry.objects.get(action="evaluations.voting_closed").details["n_foreign"] == 1


def test_envelope_put_by_hand_with_the_voucher_of_another_counts_as_nothing():
    hall = make_hall()
    mine, other = hall.all_slips[:2]
    hall.cast(mine)
    voucher = bytes(UrnEntry.objects.get().voucher)
    put_by_hand(hall, other, voucher=voucher)

    assert ledger_of(hall)[0] == (3, 1, 0, 0, 2, 1)


@pytest.mark.parametrize("statement", [
    "UPDATE evaluations_urnentry SET ciphertext = set_byte(ciphertext, 60, get_byte(ciphertext, 60) # 1)",
    "UPDATE evaluations_urnentry SET tracker = 'FORGED'",
    "UPDATE evaluations_urnentry SET voucher = 'x'",
])  # fmt: skip
def test_ballot_replaced_by_hand_is_told_and_closing_waits_for_the_scrutineers(statement):
    hall = make_hall()
    hall.cast(hall.all_slips[0])
    sql(statement)

    with pytest.raises(EnvelopesReplaced, match="1 份选票被换成"):
        hall.close()
    assert EvaluationSession.objects.get(pk=hall.session.pk).state == "open"
    session = services.close_voting(hall.session.pk, leave_out_replaced=True, actor=hall.actor, at=AT)

    line = session.closing.ledger["groups"][0]
    assert (line["n_online"], line["n_unused"], line["n_foreign"]) == (0, 3, 1)
    assert session.closing.trackers == []


def test_replaced_ballot_is_mended_by_voting_again():
    hall = make_hall()
    hall.cast(hall.all_slips[0])
    sql("UPDATE evaluations_urnentry SET tracker = 'FORGED'")
    hall.cast(hall.all_slips[0])

    assert ledger_of(hall)[0] == (3, 1, 0, 0, 2, 0)


@pytest.mark.parametrize(("statement", "words"), [
    ("DELETE FROM evaluations_urnentry", "1 张测评票登记为已交，票箱里没有选票"),
    ("UPDATE evaluations_credential SET state = 'unused'", "票箱里 1 份选票的测评票没有登记为已交"),
    ("DELETE FROM evaluations_credential WHERE state = 'unused' AND group_id = {group}", "印发 3 张测评票，票号表里有 1 张"),
    ("UPDATE evaluations_sessiongroup SET n_issued = 5 WHERE id = {group}", "印发 5 张测评票，票号表里有 3 张"),
])  # fmt: skip
def test_what_does_not_balance_blocks_with_the_line_the_reason_and_who_may_mend_it(statement, words):
    hall = make_hall()
    hall.cast(hall.all_slips[0])
    group_id = next(iter(hall.slips))
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql("ALTER TABLE evaluations_credential DISABLE TRIGGER USER")
    sql(statement.format(group=group_id))

    with pytest.raises(LedgerDoesNotBalance) as refusal:
        hall.close()

    name = hall.session.groups.get(pk=group_id).voter_group.name
    assert f"{name}：{words}。请监票人会同系统管理员" in refusal.value.message
    assert "已投的票都在箱里" in refusal.value.message
    assert EvaluationSession.objects.get(pk=hall.session.pk).state == "open"


def test_ballot_moved_to_another_slip_blocks_closing():
    hall = make_hall()
    used, unused = (Credential.objects.get(selector=slip.selector) for slip in hall.all_slips[:2])
    hall.cast(hall.all_slips[0])
    sql("UPDATE evaluations_urnentry SET credential_id = %s WHERE credential_id = %s", unused.pk, used.pk)

    with pytest.raises(LedgerDoesNotBalance, match="1 张测评票登记为已交，票箱里没有选票"):
        hall.close()
