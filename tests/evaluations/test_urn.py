"""Opening the urn: what comes out, what is refused, and that nothing half done is ever left."""

from collections import Counter
from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from apps.audit.models import AuditEntry
from apps.common.errors import NotAllowedNow
from apps.cycles.domain.papers.templates import (
    CommentPolicy,
    Consequence,
    RuleKind,
    ValidityRule,
    describe_template,
)
from apps.evaluations import services
from apps.evaluations.domain import opening
from apps.evaluations.domain.opening import TornMark
from apps.evaluations.domain.slips import secret_text
from apps.evaluations.errors import CardsDoNotFit, CardUnreadable, HoldMissing, TwoCardsNeeded, UrnAltered
from apps.evaluations.kit import holds
from apps.evaluations.models import EvaluationSession, OpenedComment, OpenedMark, SessionClosing
from apps.evaluations.selectors import mark_rows, paper_mark_rows, returned_counts
from apps.evaluations.signals import urn_opened
from tests.evaluations.test_voting import put_by_hand, sql
from tests.factories.cycles import make_cycle, make_reviewee
from tests.factories.evaluations import AT, make_hall, make_session

pytestmark = pytest.mark.django_db


def changed_hall(*, n_slips=3, n_reviewees=2, **changes):
    """A hall whose form of the scheme was changed before the key was made."""
    cycle = make_cycle(stage="meeting")
    for _ in range(n_reviewees):
        make_reviewee(cycle=cycle)
    paper = cycle.scheme.papers.get()
    described = describe_template(replace(paper.template, **changes))
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql("ALTER TABLE cycles_schemepaper DISABLE TRIGGER USER")
    type(paper).objects.filter(pk=paper.pk).update(definition=described)
    sql("ALTER TABLE cycles_schemepaper ENABLE TRIGGER USER")
    return make_hall(n_slips=n_slips, session=make_session(cycle=cycle, planned=n_slips))


def counts_of(hall):
    return SessionClosing.objects.get(session=hall.session).opening_counts


def test_opening_tears_counts_and_tells_who_listens():
    hall = make_hall(n_slips=3)
    group_a, group_b = hall.slips
    for slip in hall.slips[group_a]:
        hall.cast(slip, "good", "poor")
    hall.cast(hall.slips[group_b][0], None)
    hall.close()
    heard = []
    urn_opened.connect(heard_by := lambda sender, **said: heard.append(said), weak=False)

    try:
        session = hall.open()
        hall.open()
    finally:
        urn_opened.disconnect(heard_by)

    paper = session.papers.get().paper
    n_items = len(paper.template.items)
    rows = list(paper_mark_rows(session.cycle_id))
    assert session.state == "opened"
    assert [(h["session_id"], h["cycle_id"]) for h in heard] == [(session.pk, session.cycle_id)]
    assert Counter((r, g, p) for r, g, p, _ in rows) == {
        (s.reviewee_id, g.voter_group_id, paper.pk): 3 if g.pk == group_a else 1
        for s in session.subjects.all() for g in session.groups.all()
    }  # fmt: skip
    assert Counter(len(marks) for _, _, marks in mark_rows(session.cycle_id)) == {n_items: 6, 0: 2}
    assert returned_counts(session.cycle_id) == dict(
        zip(session.groups.values_list("voter_group_id", flat=True), (3, 1), strict=True)
    )
    assert counts_of(hall) == {
        str(group_a): {"returned": 3, "valid": 3, "void": 0, "blank": 0},
        str(group_b): {"returned": 1, "valid": 1, "void": 0, "blank": 1},
    }
    assert AuditEntry.objects.filter(action="evaluations.urn_opened").count() == 1


def test_hash_of_the_record_can_be_computed_from_the_stored_marks():
    hall = make_hall()
    for slip in hall.all_slips:
        hall.cast(slip, "good", "average", None)
    hall.close()
    hall.open()

    stored = [TornMark(o.subject_id, o.group_id, o.paper_id, o.marks) for o in OpenedMark.objects.all()]
    assert opening.marks_hash(stored) == SessionClosing.objects.get().marks_hash


def test_ids_are_random_and_rows_lie_in_their_order():
    hall = make_hall(n_slips=8)
    for slip in hall.all_slips:
        hall.cast(slip)
    hall.close()
    hall.open()

    stored = [row[0] for row in sql("SELECT id FROM evaluations_openedmark ORDER BY ctid")]
    assert stored == sorted(stored)
    assert {(one.version, one.variant) for one in stored} == {(4, "specified in RFC 4122")}


def test_opening_is_refused_with_wrong_cards_and_writes_nothing():
    hall, other = make_hall(), make_hall()
    hall.cast(hall.all_slips[0])
    hall.close()

    def refused(expected, *cards):
        with pytest.raises(expected) as refusal:
            services.open_urn(hall.session.pk, cards=cards, actor=hall.actor, at=AT)
        return refusal.value.message

    assert "不够两张" in refused(TwoCardsNeeded, hall.cards[0])
    assert "不够两张" in refused(TwoCardsNeeded, hall.cards[0], hall.cards[0])
    damaged = hall.cards[1][:-1] + ("0" if hall.cards[1][-1] != "0" else "1")
    assert refused(CardUnreadable, hall.cards[0], damaged) == refused(CardUnreadable, damaged, hall.cards[0])
    assert "与本场次不符" in refused(CardsDoNotFit, hall.cards[0], other.cards[1])
    assert not OpenedMark.objects.exists()
    assert EvaluationSession.objects.get(pk=hall.session.pk).state == "closed"


def test_lost_hold_is_replaced_by_its_page():
    hall = make_hall()
    hall.cast(hall.all_slips[0])
    hall.close()
    holds.shred_hold(hall.session.pk, bytes(hall.session.public_key))

    with pytest.raises(HoldMissing):
        hall.open()
    services.open_urn(hall.session.pk, cards=hall.cards[:2], hold=hall.hold_text, actor=hall.actor, at=AT)

    assert OpenedMark.objects.count() == 2


def test_opening_waits_for_closing():
    with pytest.raises(NotAllowedNow):
        make_hall().open()


def test_failed_opening_leaves_nothing_and_can_be_repeated():
    hall = make_hall()
    for slip in hall.all_slips:
        hall.cast(slip)
    hall.close()

    def power_cut(sender, **said):
        raise KeyboardInterrupt

    urn_opened.connect(power_cut)
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        hall.open()
    urn_opened.disconnect(power_cut)

    assert not OpenedMark.objects.exists()
    first = SessionClosing.objects.get()
    assert (first.opening_counts, first.marks_hash) == (None, "")
    assert hall.open().state == "opened"
    assert OpenedMark.objects.count() == 12


def test_two_openings_of_one_urn_give_one_hash():
    hall = make_hall()
    for slip in hall.all_slips:
        hall.cast(slip, "good", "poor", "average")
    hall.close()

    hashes = set()
    for _ in range(2):
        before = transaction.savepoint()
        hall.open()
        hashes.add(SessionClosing.objects.get().marks_hash)
        transaction.savepoint_rollback(before)
        assert not OpenedMark.objects.exists()
    hall.open()

    assert hashes == {SessionClosing.objects.get().marks_hash}


def test_another_persons_ballot_under_my_slip_is_void_at_opening():
    """The victim votes again, so the copied envelope is free; what is inside still names the victim's slip."""
    hall = make_hall()
    victim, thief = hall.all_slips[:2]
    sealed = hall.seal(victim, hall.marks("good"))
    cast = [(victim, sealed), (victim, hall.seal(victim, hall.marks("poor"))), (thief, sealed)]
    for slip, ciphertext in cast:
        services.cast_ballot(
            hall.session.pk, selector=slip.selector, secret=secret_text(slip.secret), ciphertext=ciphertext
        )
    hall.close()

    hall.open()

    assert counts_of(hall)[str(next(iter(hall.slips)))] == {
        "returned": 2, "valid": 1, "void": 1, "blank": 0, "foreign": 1,
    }  # fmt: skip
    assert {grade for _, _, marks in mark_rows(hall.session.cycle_id) for grade in marks.values()} == {"poor"}


def test_envelope_put_by_hand_is_never_opened():
    hall = make_hall()
    hall.cast(hall.all_slips[0], "good")
    put_by_hand(hall, hall.all_slips[1], marks=hall.marks("poor"))
    hall.close()

    hall.open()

    assert counts_of(hall)[str(next(iter(hall.slips)))]["returned"] == 1
    assert {grade for _, _, marks in mark_rows(hall.session.cycle_id) for grade in marks.values()} == {"good"}


FREE = (
    "(SELECT id FROM evaluations_credential WHERE state = 'unused' AND id NOT IN"
    " (SELECT credential_id FROM evaluations_urnentry) LIMIT 1)"
)


@pytest.mark.parametrize("damage", [
    "UPDATE evaluations_urnentry SET ciphertext = set_byte(ciphertext, 60, get_byte(ciphertext, 60) # 1) WHERE tracker = '{0}'",
    "UPDATE evaluations_urnentry SET tracker = 'OTHER' WHERE tracker = '{0}'",
    "UPDATE evaluations_urnentry SET voucher = 'x' WHERE tracker = '{0}'",
    "DELETE FROM evaluations_urnentry WHERE tracker = '{0}'",
    "DELETE FROM evaluations_urnentry WHERE tracker = 'FORGED'",
    f"INSERT INTO evaluations_urnentry SELECT {FREE}, set_byte(ciphertext, 60, 0), 'NEW', voucher FROM evaluations_urnentry LIMIT 1",
    f"UPDATE evaluations_urnentry SET credential_id = {FREE} WHERE tracker = '{{0}}'",
])  # fmt: skip
def test_urn_altered_after_closing_is_noticed(damage):
    hall = make_hall()
    tracker = hall.cast(hall.all_slips[0])
    put_by_hand(hall, hall.all_slips[1])
    hall.close()
    damage = damage.format(tracker)
    with pytest.raises(IntegrityError, match="the urn is not open"), transaction.atomic():
        sql(damage)
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql("ALTER TABLE evaluations_urnentry DISABLE TRIGGER USER")
    sql(damage)

    with pytest.raises(UrnAltered):
        hall.open()


def test_form_altered_after_closing_is_noticed():
    hall = make_hall()
    hall.close()
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql("ALTER TABLE evaluations_evaluationsession DISABLE TRIGGER USER")
    sql(
        """UPDATE evaluations_evaluationsession SET form = jsonb_set(form, '{title}', '"x"') WHERE id = %s""",
        hall.session.pk,
    )

    with pytest.raises(UrnAltered, match="测评表"):
        hall.open()


def test_marks_are_written_at_opening_only_and_never_changed():
    hall = make_hall()
    hall.cast(hall.all_slips[0])
    hall.close()
    session = hall.open()
    subject, group, paper = session.subjects.first(), session.groups.first(), session.papers.first().paper

    for act in (
        lambda: OpenedMark.objects.create(subject=subject, group=group, paper=paper, marks={}),
        lambda: OpenedMark.objects.update(marks={}),
        lambda: OpenedMark.objects.all().delete(),
        lambda: OpenedComment.objects.create(session=session, paper=paper, text="x"),
    ):
        with pytest.raises(Exception) as refusal, transaction.atomic():
            act()
        assert isinstance(refusal.value, IntegrityError) or "pgtrigger" in str(refusal.value)


def test_rules_of_the_form_make_a_ballot_void():
    rule = ValidityRule(
        RuleKind.COUNT_LIMIT, Consequence.BALLOT, {"item": "overall", "answers": ["good"], "max_n": 1}
    )
    hall = changed_hall(rules=(rule,))
    group_id, slips = next(iter(hall.slips.items()))
    hall.cast(slips[0], "good")
    hall.cast(slips[1], "average")
    hall.close()

    hall.open()

    assert counts_of(hall)[str(group_id)] == {"returned": 2, "valid": 1, "void": 1, "blank": 0, "rule:1:0": 1}
    assert {grade for _, _, marks in mark_rows(hall.session.cycle_id) for grade in marks.values()} == {
        "average"
    }


def talk(hall, n, subject=None):
    """``n`` people write the same about one reviewee (default: the first)."""
    subject = subject or hall.paper.subject_ids[0]
    for place, slip in enumerate(hall.all_slips[:n]):
        text = "多到基层\\走一走" if place else "“引号”与\\反斜杠"
        hall.cast_marks(slip, hall.marks("good"), texts={"1": {subject: {"c": text}}})


def test_words_leave_the_urn_torn_from_marks_when_enough_people_wrote():
    hall = changed_hall(n_slips=3, comments=CommentPolicy.PER_PERSON)
    talk(hall, 5)
    hall.close()

    hall.open()

    found = Counter(OpenedComment.objects.values_list("text", flat=True))
    assert found == {"多到基层\\走一走": 4, "“引号”与\\反斜杠": 1}
    assert {str(one.subject_id) for one in OpenedComment.objects.all()} == {hall.paper.subject_ids[0]}


def test_words_of_too_few_never_leave_the_urn():
    hall = changed_hall(n_slips=3, comments=CommentPolicy.PER_PERSON)
    talk(hall, 4)
    hall.close()

    hall.open()

    assert not OpenedComment.objects.exists()
    assert OpenedMark.objects.count() == 8
