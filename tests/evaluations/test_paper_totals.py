"""Paper totals: heads, two people, comparison without reading, sealing, and joining at the opening."""

import json
from collections import Counter
from io import BytesIO

import pdfplumber
import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from apps.audit.models import AuditEntry
from apps.common.errors import DomainError, NotAllowedNow
from apps.evaluations import services
from apps.evaluations.domain import paper_totals as rules
from apps.evaluations.errors import TotalsRefused, UrnAltered
from apps.evaluations.models import OpenedMark, PaperBatch, PaperEntry, SessionClosing, SessionHall
from apps.evaluations.selectors import mark_rows, returned_counts
from apps.evaluations.selectors.paper_totals import batch_lines
from tests.evaluations.test_voting import sql
from tests.factories.accounts import make_user
from tests.factories.evaluations import AT, make_hall

pytestmark = pytest.mark.django_db


class Desk:
    """A hall with one batch of paper forms and the two people who enter what was counted."""

    def __init__(self, *, n_returned=6, n_issued=8, hall=None):
        self.hall = hall or make_hall()
        self.group_id = next(iter(self.hall.slips))
        self.first, self.second, self.third = (make_user() for _ in range(3))
        self.batch, self.code = services.open_batch(
            self.hall.session.pk, group_id=self.group_id, actor=self.first, at=AT
        )
        if n_returned:
            services.set_heads(
                self.batch.pk, n_issued=n_issued, n_returned=n_returned, n_spoiled=1, actor=self.first, at=AT
            )

    def counts(self, good=3, poor=1, blank=1):
        row = {"good": good, "poor": poor, "": blank}
        return {
            part.key: {
                subject: {item.key: row for item in rules.counted_items(part.template)}
                for subject in self.hall.paper.subject_ids
            }
            for part in self.hall.paper.parts
        }

    def enter(self, actor, counts=None, *, code=None, n_valid=5, n_invalid=1):
        return services.enter_totals(
            self.batch.pk, code=code or self.code, counts=counts or self.counts(),
            n_valid=n_valid, n_invalid=n_invalid, actor=actor, at=AT,
        )  # fmt: skip

    def off_by_one(self):
        """One reviewee has one "poor" taken for "good"."""
        counts = self.counts()
        subject = self.hall.paper.subject_ids[0]
        items = counts["1"][subject]
        counts["1"][subject] = items | {"overall": {"good": 4, "poor": 0, "": 1}}
        return counts, [f"1|{subject}|overall|good", f"1|{subject}|overall|poor"]


@pytest.fixture
def desk():
    return Desk()


def test_two_people_agree_and_their_figures_join_the_ballots(desk):
    desk.hall.cast(desk.hall.all_slips[0], "good")

    first = desk.enter(desk.first)
    second = desk.enter(desk.second)
    desk.hall.close()
    desk.hall.open()

    assert (first.place, first.differing) == (1, None)
    assert (second.place, second.differing) == (2, [])
    session = desk.hall.session
    n_items = len(rules.counted_items(desk.hall.paper.parts[0].template))
    found = Counter(mark for _, _, marks in mark_rows(session.cycle_id) for mark in marks.values())
    assert found == {"good": 2 * n_items * 4, "poor": 2 * n_items}
    closing = SessionClosing.objects.get(session=session)
    assert closing.opening_counts[str(desk.group_id)] == {
        "returned": 7, "valid": 6, "void": 1, "blank": 0, "on_paper": 6, "paper": 1,
    }  # fmt: skip
    line = closing.ledger["groups"][0]
    assert [line[name] for name in ("n_issued", "n_online", "n_paper", "n_void", "n_unused")] == [
        11,
        1,
        6,
        1,
        3,
    ]
    assert sorted(returned_counts(session.cycle_id).values()) == [0, 7]


def test_paper_totals_give_one_hash_however_often_the_urn_is_opened(desk):
    desk.enter(desk.first)
    desk.enter(desk.second)
    desk.hall.close()
    hashes = set()
    for _ in range(2):
        before = transaction.savepoint()
        desk.hall.open()
        hashes.add(SessionClosing.objects.get().marks_hash)
        transaction.savepoint_rollback(before)
    desk.hall.open()

    assert hashes == {SessionClosing.objects.get().marks_hash}


def test_differing_cells_are_told_and_may_be_put_right_by_either(desk):
    wrong, cells = desk.off_by_one()

    desk.enter(desk.first)
    told = desk.enter(desk.second, wrong).differing
    again = desk.enter(desk.second).differing
    desk.enter(desk.first, wrong)
    words = batch_lines(desk.hall.session)[0].differing
    mended = desk.enter(desk.first).differing

    assert told == cells
    assert again == []
    assert [word.split(" · ")[-1] for word in words] == ["好", "差"]
    assert mended == []
    assert PaperEntry.objects.count() == 2


def test_neither_table_nor_log_holds_a_figure(desk):
    counts = desk.counts(good=4, poor=0, blank=1)
    desk.enter(desk.first, counts)

    entry = PaperEntry.objects.get()
    logged = json.dumps(list(AuditEntry.objects.values_list("details", flat=True)))

    assert desk.code not in logged
    assert desk.code not in json.dumps([desk.batch.code_hash, desk.batch.code_salt, entry.digests])
    assert {len(digest) for digest in entry.digests["cells"].values()} == {32}
    assert AuditEntry.objects.get(action="evaluations.paper_totals_entered").details.keys() == {
        "group",
        "place",
    }


def test_all_entries_have_one_length(desk):
    desk.enter(desk.first)
    desk.enter(desk.second, desk.counts(good=0, poor=0, blank=0), n_valid=0, n_invalid=6)

    assert len({len(entry.ciphertext) for entry in PaperEntry.objects.all()}) == 1


def test_third_person_is_refused(desk):
    desk.enter(desk.first)
    desk.enter(desk.second)

    with pytest.raises(TotalsRefused, match="另外两个人"):
        desk.enter(desk.third)


@pytest.mark.parametrize("code", ["", "ABCD", "0" * 20])
def test_wrong_code_is_refused(desk, code):
    with pytest.raises(TotalsRefused, match="批次码"):
        desk.enter(desk.first, code=code or "1")
    assert not PaperEntry.objects.exists()


def test_code_of_another_batch_is_refused(desk):
    _, other = services.open_batch(
        desk.hall.session.pk, group_id=list(desk.hall.slips)[1], actor=desk.first, at=AT
    )

    with pytest.raises(TotalsRefused, match="批次码"):
        desk.enter(desk.first, code=other)


def test_sums_that_are_off_are_refused_without_a_figure(desk):
    with pytest.raises(TotalsRefused) as refusal:
        desk.enter(desk.first, desk.counts(good=4))
    with pytest.raises(TotalsRefused, match="有效 5 张与无效 2 张相加，与登记的收回 6 张不符"):
        desk.enter(desk.first, n_invalid=2)

    assert "各栏相加与有效票数不符" in refusal.value.message
    assert not PaperEntry.objects.exists()


@pytest.mark.parametrize(
    "counts", [{"1": {"0": {}}}, {"1": []}, [], {"1": {"x": {"overall": {"good": "5"}}}}]
)
def test_what_is_not_on_the_form_is_refused(desk, counts):
    with pytest.raises(TotalsRefused):
        services.enter_totals(
            desk.batch.pk, code=desk.code, counts=counts, n_valid=5, n_invalid=1, actor=desk.first, at=AT
        )


def test_heads_that_cannot_be_are_refused():
    desk = Desk(n_returned=0)

    for heads in (
        {"n_issued": 3, "n_returned": 3, "n_spoiled": 1},
        {"n_issued": -1, "n_returned": 0, "n_spoiled": 0},
    ):
        with pytest.raises(TotalsRefused):
            services.set_heads(desk.batch.pk, **heads, actor=desk.first, at=AT)
    with pytest.raises(TotalsRefused, match="还没有登记收回张数"):
        desk.enter(desk.first)


def test_heads_may_be_corrected_until_figures_rest_on_them(desk):
    def heads(**changes):
        values = {"n_issued": 8, "n_returned": 6, "n_spoiled": 1} | changes
        return services.set_heads(desk.batch.pk, **values, actor=desk.first, at=AT)

    heads(n_returned=5)
    heads()
    desk.enter(desk.first)
    heads(n_issued=9)

    with pytest.raises(TotalsRefused, match="重新打印封面"):
        heads(n_returned=5)
    desk.hall.close()
    with pytest.raises(NotAllowedNow, match="已写入台账"):
        heads(n_issued=10)
    with pytest.raises(IntegrityError, match="counted before closing"), transaction.atomic():
        PaperBatch.objects.update(n_issued=10)


def test_lost_cover_is_replaced_even_after_closing_and_drops_what_cannot_be_compared(desk):
    desk.enter(desk.first)
    desk.hall.close()

    batch, code = services.open_batch(desk.hall.session.pk, group_id=desk.group_id, actor=desk.first, at=AT)

    assert batch.pk == desk.batch.pk
    assert not PaperEntry.objects.exists()
    with pytest.raises(TotalsRefused, match="批次码"):
        desk.enter(desk.first)
    desk.enter(desk.first, code=code)
    assert desk.enter(desk.second, code=code).differing == []
    with pytest.raises(NotAllowedNow, match="不能再增加"):
        services.open_batch(desk.hall.session.pk, group_id=list(desk.hall.slips)[1], actor=desk.first, at=AT)


def test_batch_needs_a_key_and_its_own_group_and_hall():
    hall = make_hall(state="keyed")
    other = make_hall()
    group_id = next(iter(hall.slips))
    actor = hall.actor

    with pytest.raises(DomainError, match="不属于本场次"):
        services.open_batch(hall.session.pk, group_id=next(iter(other.slips)), actor=actor, at=AT)
    venue = SessionHall.objects.create(session=hall.session, order_no=1, name="主会场", hall_key="k")
    with pytest.raises(DomainError, match="哪个会场"):
        services.open_batch(hall.session.pk, group_id=group_id, actor=actor, at=AT)
    batch, _ = services.open_batch(hall.session.pk, group_id=group_id, hall_id=venue.pk, actor=actor, at=AT)
    assert batch_lines(hall.session)[0].name.startswith("主会场 ")
    assert batch.hall == venue


def test_figures_are_taken_between_opening_of_the_voting_and_of_the_urn(desk):
    early = Desk(hall=make_hall(state="rehearsed"))
    with pytest.raises(NotAllowedNow):
        early.enter(early.first)
    desk.enter(desk.first)
    desk.enter(desk.second)
    desk.hall.close()
    desk.hall.open()

    with pytest.raises(NotAllowedNow):
        desk.enter(desk.first)
    with pytest.raises(NotAllowedNow, match="开箱之前"):
        services.open_batch(desk.hall.session.pk, group_id=desk.group_id, actor=desk.first, at=AT)
    with pytest.raises(IntegrityError, match="before the urn is opened"), transaction.atomic():
        PaperEntry.objects.all().delete()


def test_opening_waits_until_both_agree(desk):
    desk.hall.close()
    with pytest.raises(NotAllowedNow, match="还没有由两个人录入完"):
        desk.hall.open()
    desk.enter(desk.first)
    desk.enter(desk.second, desk.off_by_one()[0])
    with pytest.raises(NotAllowedNow, match="2 处不同"):
        desk.hall.open()
    assert not OpenedMark.objects.exists()
    desk.enter(desk.second)

    assert desk.hall.open().state == "opened"


@pytest.mark.parametrize("damage", [
    "UPDATE evaluations_paperentry SET ciphertext = set_byte(ciphertext, 60, get_byte(ciphertext, 60) # 1) WHERE place = 1",
    "UPDATE evaluations_paperentry SET digests = jsonb_set(digests, '{voucher}', '\"x\"')",
    "UPDATE evaluations_paperentry SET ciphertext = (SELECT ciphertext FROM evaluations_paperentry WHERE place = 2) WHERE place = 1",
    "UPDATE evaluations_paperbatch SET code_hash = repeat('0', 64)",
])  # fmt: skip
def test_figures_altered_behind_the_back_are_noticed(desk, damage):
    desk.enter(desk.first)
    desk.enter(desk.second)
    desk.hall.close()
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql(damage)

    with pytest.raises(UrnAltered, match="纸质统计与两人录入的不一致"):
        desk.hall.open()


def test_figures_sealed_by_a_hand_that_knows_the_public_key_are_noticed(desk):
    """Who writes to the database can seal anything to the public key, but knows no code and has no voucher."""
    from apps.evaluations.domain import ballots, sealing

    desk.enter(desk.first)
    desk.enter(desk.second)
    paper = desk.hall.paper
    forged = rules.tidy_totals(
        paper, {"n_valid": 5, "n_invalid": 1, "m": desk.counts(good=5, poor=0, blank=0)}
    )
    text = rules.text_of(paper, forged, batch_id=desk.batch.pk, code=desk.code)
    padded = ballots.pad(text, rules.padded_length(paper, 6))
    PaperEntry.objects.update(ciphertext=sealing.seal(bytes(desk.hall.session.public_key), padded))
    desk.hall.close()

    with pytest.raises(UrnAltered):
        desk.hall.open()


# -- pages


@pytest.fixture
def page(client, desk):
    session = desk.hall.session
    clerk = make_user(role="clerk", scope=session.cycle.host)
    client.force_login(clerk, backend="django.contrib.auth.backends.ModelBackend")
    return client


def url(name, desk, **more):
    return reverse(f"evaluations:{name}", kwargs={"session_id": desk.hall.session.pk} | more)


def post_figures(page, desk, **changes):
    totals = {"n_valid": 5, "n_invalid": 1, "m": desk.counts()} | changes.pop("totals", {})
    body = {"code": desk.code, "totals": totals} | changes
    address = url("paper_entry", desk, batch_id=desk.batch.pk)
    return page.post(address, json.dumps(body), content_type="application/json")


def test_cover_is_printed_with_its_code_once(page, desk):
    group_id = list(desk.hall.slips)[1]

    response = page.post(url("paper_cover", desk), {"group": group_id})

    with pdfplumber.open(BytesIO(response.content)) as document:
        text = document.pages[0].extract_text()
    batch = PaperBatch.objects.get(group_id=group_id)
    code = next(rules.read_code(word) for word in text.split() if rules.read_code(word))
    assert response["Cache-Control"] == "no-store, private"
    assert rules.code_hash(batch.code_salt, code) == batch.code_hash
    assert batch.group.voter_group.name in text


def test_figures_are_entered_on_the_page_and_told_apart(page, desk):
    desk.enter(desk.first)
    wrong, cells = desk.off_by_one()

    differs = post_figures(page, desk, totals={"m": wrong})
    listing = page.get(url("paper_totals", desk)).content.decode()
    again = page.get(url("paper_entry", desk, batch_id=desk.batch.pk)).content.decode()
    agrees = post_figures(page, desk)

    assert differs.json()["differing"] == cells
    assert "有 2 处不同" in listing
    assert cells[0] in again.split("data-differing=")[1].split(">")[0]
    assert agrees.json() == {"place": 2, "differing": [], "next": url("paper_totals", desk)}
    assert "两次录入一致" in page.get(url("paper_totals", desk)).content.decode()


def test_page_never_shows_a_figure_that_was_entered(page, desk):
    post_figures(page, desk)

    grid = page.get(url("paper_entry", desk, batch_id=desk.batch.pk)).content.decode()

    assert "value=" not in grid.split('id="totals"')[1].split("totals-foot")[0].replace(
        'name="csrfmiddlewaretoken" value=', ""
    )


def test_refusals_come_in_words(page, desk):
    wrong_code = post_figures(page, desk, code="AAAA")
    malformed = page.post(
        url("paper_entry", desk, batch_id=desk.batch.pk), "[]", content_type="application/json"
    )
    heads = page.post(
        url("paper_heads", desk, batch_id=desk.batch.pk),
        {"n_issued": "1", "n_returned": "2", "n_spoiled": "x"},
        follow=True,
    )

    assert (wrong_code.status_code, malformed.status_code) == (409, 400)
    assert "您填写的数字还在本页" in wrong_code.json()["detail"]
    assert "没有保存" in heads.content.decode()


def test_heads_are_set_on_the_page(page, desk):
    page.post(
        url("paper_heads", desk, batch_id=desk.batch.pk),
        {"n_issued": "9", "n_returned": "6", "n_spoiled": "2"},
    )

    desk.batch.refresh_from_db()
    assert (desk.batch.n_issued, desk.batch.n_returned, desk.batch.n_spoiled) == (9, 6, 2)


def test_opening_page_leads_to_what_is_missing(page, desk):
    desk.hall.close()

    assert "去录入纸质统计" in page.get(url("urn_open", desk)).content.decode()
