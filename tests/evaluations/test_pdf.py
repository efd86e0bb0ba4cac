"""What is printed can be read back: by the eye, by a camera, and by the service that takes it."""

import secrets
from dataclasses import replace
from datetime import datetime
from io import BytesIO

import pdfplumber
import pytest

from apps.evaluations.domain import key_cards, sealing
from apps.evaluations.domain.ledgers import LedgerLine
from apps.evaluations.domain.slips import make_slip
from apps.evaluations.pdf import RecordData, SlipSheet, cards_pdf, record_pdf, slips_pdf
from apps.evaluations.pdf.slips import STUB, WIDTH
from apps.evaluations.selectors.results import OpenedLine

ADDRESS = "http://192.168.10.25:8000/evaluations/cast/12"
TITLE = "2026年度某某区党组织书记抓基层党建述职评议考核第二分会场现场测评"
SHEET = SlipSheet(TITLE, ADDRESS, group_no=2, hall="第二分会场（党校报告厅）")
CODE_SIZE = 15  # points; the typed code is random and may hold any letter


def pages_of(content):
    with pdfplumber.open(BytesIO(content)) as document:
        for page in document.pages:
            assert all(c["x0"] >= 0 and c["x1"] <= page.width and c["top"] >= 0 for c in page.chars)
        return [page.extract_text() for page in document.pages]


def slips(n):
    return [
        make_slip("B票 书记和党务部门负责人", choose=secrets.choice, random_bytes=secrets.token_bytes)
        for _ in range(n)
    ]


@pytest.mark.parametrize(("n", "n_pages"), [(1, 1), (8, 1), (9, 2)])
def test_slips_stand_eight_to_a_sheet_with_code_and_stub(n, n_pages):
    made = slips(n)

    texts = pages_of(slips_pdf(SHEET, made))

    whole = "\n".join(texts)
    assert len(texts) == n_pages
    assert [slip.typed_code in whole for slip in made] == [True] * n
    assert [whole.count(slip.selector) for slip in made] == [2] * n


def test_slips_print_no_secret_of_the_qr_in_words():
    made = slips(3)

    whole = "\n".join(pages_of(slips_pdf(SHEET, made)))

    assert [slip.fragment in whole for slip in made] == [False] * 3


def test_slip_names_group_hall_and_title():
    text = pages_of(slips_pdf(SHEET, slips(1)))[0].replace("\n", "")

    assert "B票 书记和党务部门负责人" in text
    assert "党校报告厅" in text
    assert "用手机相机扫码" in text
    assert "彩排" not in text


def test_rehearsal_marks_slips_stubs_and_cards():
    sheet = SlipSheet(TITLE, ADDRESS, is_rehearsal=True)

    slip_text = pages_of(slips_pdf(sheet, slips(1)))[0]
    card_texts = pages_of(cards_pdf(TITLE, "5GW7-F2QF-WSB4-0KW1", printed_key()[1], is_rehearsal=True))

    assert slip_text.count("彩") == 2  # across the slip, and on its stub
    assert [text.count("彩") for text in card_texts] == [1] * 4


def test_parts_of_a_slip_do_not_overlap():
    with pdfplumber.open(BytesIO(slips_pdf(SHEET, slips(1)))) as document:
        page = document.pages[0]
        qr = [r for r in page.rects if r["height"] < 10 and r["non_stroking_color"] in {(0,), 0, (0.0,)}]
        code = [c for c in page.chars if c["size"] == CODE_SIZE and c["top"] > 100]
        stub = [c for c in page.chars if WIDTH - STUB < c["x0"] < WIDTH]
        title = [c for c in page.chars if c["size"] == 9 and c["x0"] < 200]

    assert max(c["x1"] for c in code) < min(c["x0"] for c in stub)
    assert max(r["bottom"] for r in qr) < min(c["top"] for c in code)
    assert max(c["bottom"] for c in title) < min(r["top"] for r in qr)
    assert max(r["x1"] for r in qr) < min(c["x0"] for c in stub)


def test_widest_number_stays_on_its_stub():
    widest = replace(slips(1)[0], selector="WMWM")

    with pdfplumber.open(BytesIO(slips_pdf(SHEET, [widest]))) as document:
        page = document.pages[0]
        letters = [c for c in page.chars if c["text"] in "WM" and c["size"] != CODE_SIZE]
        stub = [c for c in letters if c["x0"] > WIDTH - STUB - 20]

    assert len(stub) == 4
    assert min(c["x0"] for c in stub) > WIDTH - STUB + 3
    assert max(c["x1"] for c in stub) < WIDTH - 3


def printed_key():
    card_secret, hold = secrets.token_bytes(32), secrets.token_bytes(32)
    private = key_cards.private_key_from(card_secret, hold)
    public = sealing.public_key_of(private)
    cards = key_cards.split_secret(12, card_secret, public)
    return private, key_cards.KeyPrint(cards, key_cards.write_hold(12, public, hold)), hold


def typed_from(text, prefix, n_groups):
    words = [word for word in text.split() if len(word) <= 4 and word.isascii()]
    start = words.index(prefix)
    return " ".join(words[start : start + n_groups])


def test_cards_and_hold_can_be_typed_from_the_pages():
    private, printed, hold = printed_key()
    public = sealing.public_key_of(private)

    texts = pages_of(cards_pdf(TITLE, sealing.fingerprint(public), printed))

    typed = [typed_from(text, "SPK1", 19) for text in texts[:3]]
    page = typed_from(texts[3], "SPKH", len(printed.hold_text.split("-")))
    assert len(texts) == 4
    assert key_cards.read_hold(page, session_id=12, public_key=public) == hold
    assert key_cards.join_cards(typed[1:], session_id=12, public_key=public, hold=hold) == private


LEDGER = [
    LedgerLine(1, 11, "A票 党委班子", 12, 10, 0, 1, 1, n_slips=12),
    LedgerLine(
        2, 12, "B票", 33, 20, 9, 1, 3, n_slips=30, n_exchanged=7, n_forms=10, n_spoiled=1, n_foreign=2
    ),
]
OPENED = [
    OpenedLine("A票 党委班子", 10, 0, 8, 1, 2, 3, [("不能解读", 1), ("违反填写规则“某种评价的人数限额”", 1)]),
    OpenedLine("B票", 29, 9, 29, 0, 0, 0, []),
]


def record(**changes):
    values = {
        "title": TITLE, "cycle": "2026年度述职评议考核", "n_subjects": 40, "papers": ["述职评议", "选人用人"],
        "opened_for_voting_at": datetime(2026, 12, 20, 9, 0), "closed_at": datetime(2026, 12, 20, 9, 40),  # noqa: DTZ001
        "urn_opened_at": datetime(2026, 12, 20, 10, 0), "ledger": LEDGER, "opened": OPENED,  # noqa: DTZ001
        "halls": [LedgerLine(5, 0, "第一会场", 20, 15, 2, 1, 2)], "trackers": [f"{n:016d}" for n in range(30)],
        "codes": [("公钥指纹", "5GW7-F2QF-WSB4-0KW1"), ("回执清单总校验值", "ab" * 32)],
        "verification": "由独立程序重新计算，结果与开箱一致。",
    } | changes  # fmt: skip
    return "\n".join(pages_of(record_pdf(RecordData(**values))))


def test_record_holds_ledger_counts_reasons_codes_and_every_receipt():
    text = record()

    assert "12 10 0 1 1 平" in text
    assert "45 30 9 2 4" in text
    assert "第一会场 20 15 2 1 2" in text
    assert "B票 30 7 10 1" in text
    assert "10 0 8 1 2" in text
    whole = text.replace("\n", "")
    assert "不能解读1张、违反填写规则“某种评价的人数限额”1张" in whole.replace(" ", "")
    assert "2份不是经系统投入的内容" in whole.replace(" ", "")
    assert "三、复核" in text
    assert [f"0000-0000-0000-00{n:02d}" in text for n in range(30)] == [True] * 30
    assert "5GW7-F2QF-WSB4-0KW1" in text
    assert [
        text.count(f"{who}签名") for who in ("监票人（一）", "监票人（二）", "监票人（三）", "主持人")
    ] == [1] * 4
    assert "abababab" in text


def test_record_before_opening_says_nothing_of_opening():
    text = record(urn_opened_at=None, opened=[], verification="", trackers=[], halls=[])

    assert "开箱" not in text.replace("不是经系统投入的内容，不计入收回，没有开启", "")
    assert "二、校验码" in text
    assert "没有收到线上选票" in text
