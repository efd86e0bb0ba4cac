"""The rules of a ballot that run in the browser, held to the server's answers."""

import hashlib

import pytest
from nacl.public import PrivateKey

from apps.evaluations.domain import ballots, sealing
from tests.evaluations.browser.forms import EVERY_KIND, make_form_hall
from tests.evaluations.browser.steps import address

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def hall(transactional_db):
    return make_form_hall(EVERY_KIND)


@pytest.fixture
def rules(live_server, hall, page):
    page.goto(address(live_server, hall))
    return page


def test_known_answers(rules):
    data = bytes(range(256)) * 7
    lengths = [0, 1, 55, 56, 63, 64, 65, 119, 120, 1000]

    hashes = rules.evaluate(
        "([all, lengths]) => lengths.map(n => Array.from(SPKBallot.sha256(new Uint8Array(all.slice(0, n)))))",
        [list(data), lengths],
    )
    tracker = rules.evaluate("all => SPKBallot.trackerOf(new Uint8Array(all))", list(data))
    checks = rules.evaluate(
        "codes => codes.map(code => SPKBallot.isChecked(code))",
        ["7KQ2ABCDEFGHJKMB", "7KQ2ABCDEFGHJKMC", "ZZZZZZZZZZZZZZZN", "7KQ2ABCDEFGHJMKB"],
    )

    assert [bytes(one) for one in hashes] == [hashlib.sha256(data[:n]).digest() for n in lengths]
    assert tracker == sealing.tracker_of(data)
    assert checks == [True, False, True, False]


def test_codes_are_read_as_on_the_server(rules, hall):
    slip = hall.all_slips[0]
    sloppy = slip.typed_code.lower().replace("0", "o").replace("1", "l").replace("-", " ")

    typed = rules.evaluate("text => SPKBallot.readTypedCode(text)", sloppy)
    scanned = rules.evaluate("text => SPKBallot.readFragment(text)", "#" + slip.fragment)
    bad = rules.evaluate("SPKBallot.readTypedCode('0000 0000 0000 0001')")
    cut = rules.evaluate("text => SPKBallot.readFragment(text)", slip.fragment[:-1])

    assert typed == {"selector": slip.selector, "secret": slip.typed}
    assert scanned == {"selector": slip.selector, "secret": slip.fragment[4:]}
    assert (bad, cut) == (None, None)


def test_text_padding_and_seal_are_those_of_the_server(rules, hall):
    paper, private = hall.paper, PrivateKey.generate()
    marks = hall.marks("good", None, "poor")
    texts = {"1": {"0": {"c": '引号"、反斜线\\、𠮷、表情😀'}, paper.subject_ids[0]: {"advice": "好"}}}

    text = rules.evaluate(
        "([s, f, c, m, t]) => SPKBallot.ballotText(s, f, c, m, t)",
        [hall.session.pk, paper.form_hash, "ABCD", marks, texts],
    )
    padded = rules.evaluate("([t, n]) => Array.from(SPKBallot.pad(t, n))", [text, hall.session.pad_bytes])
    envelope = rules.evaluate(
        "([key, padded]) => Array.from(SPKBallot.envelope(SPKSeal.seal, new Uint8Array(key), new Uint8Array(padded)))",
        [list(bytes(private.public_key)), padded],
    )

    assert text.encode() == ballots.ballot_text(paper, "ABCD", marks, texts)
    assert bytes(padded) == ballots.pad(text.encode(), hall.session.pad_bytes)
    assert sealing.unseal(bytes(private), bytes(envelope)) == bytes(padded)


@pytest.mark.parametrize(
    "words",
    ["  两边空格 ", "换行\n和\t制表", "零\x00字节", "😀" * 60, "𠮷" * 50, "一" * 49 + "😀字", "", "\x7f"],
)
def test_words_are_tidied_as_on_the_server(rules, words):
    assert rules.evaluate("text => SPKBallot.tidyText(text, 50)", words) == ballots.tidy_text(words, 50)


def test_half_characters_never_get_into_a_ballot(rules):
    assert rules.evaluate("SPKBallot.tidyText('前\\ud83d后', 50)") == "前 后"


def test_draft_opens_with_the_same_slip_only(rules):
    found = rules.evaluate(
        """async () => {
          const drafts = SPKDrafts("7", "ab".repeat(32)), own = {selector: "ABCD", secret: "x"}, other = {selector: "ABCD", secret: "y"};
          await drafts.save(own, {values: {a: "好"}, now: 2});
          const stored = await SPKStore.get((await SPKStore.keys("spk-draft-7-"))[0]);
          return [await drafts.load(own), await drafts.load(other), stored.indexOf("好") + atob(stored).indexOf("values")];
        }"""
    )

    assert found == [{"values": {"a": "好"}, "now": 2}, None, -2]
