from itertools import combinations, permutations
from secrets import token_bytes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.evaluations.domain import crockford, key_cards, sealing
from apps.evaluations.errors import CardsDoNotFit, CardUnreadable, HoldMissing, TwoCardsNeeded


def new_key(session_id=5):
    secret, hold = token_bytes(32), token_bytes(32)
    private = key_cards.private_key_from(secret, hold)
    public = sealing.public_key_of(private)
    return private, public, secret, hold, key_cards.split_secret(session_id, secret, public)


PRIVATE, PUBLIC, SECRET, HOLD, PRINTED = new_key()
CARDS = [card.text for card in PRINTED]


def join(*texts, session_id=5, public_key=PUBLIC, hold=HOLD):
    return key_cards.join_cards(texts, session_id=session_id, public_key=public_key, hold=hold)


@pytest.mark.parametrize("pair", [*permutations(CARDS, 2), tuple(CARDS)])
def test_any_two_cards_make_the_key(pair):
    assert join(*pair) == PRIVATE


@settings(max_examples=25)
@given(st.integers(1, 2**32 - 1))
def test_every_key_is_put_together_again(session_id):
    private, public, _, hold, printed = new_key(session_id)
    pairs = combinations([card.text for card in printed], 2)

    joined = {join(*pair, session_id=session_id, public_key=public, hold=hold) for pair in pairs}

    assert joined == {private}


def test_card_is_read_however_it_is_typed():
    sloppy = CARDS[0].lower().replace("-", " ").replace("0", "O")

    assert key_cards.read_card(sloppy) == key_cards.read_card(CARDS[0])


@pytest.mark.parametrize("given_cards", [(), (CARDS[0],), (CARDS[0], CARDS[0]), (CARDS[0], "  ")])
def test_one_card_is_not_enough(given_cards):
    with pytest.raises(TwoCardsNeeded):
        join(*given_cards)


@settings(max_examples=60)
@given(st.sampled_from([0, 1]), st.integers(0, 75), st.sampled_from(crockford.ALPHABET))
def test_damaged_card_is_noticed_and_not_named(which, place, other):
    tidy = crockford.tidy(CARDS[which])
    damaged = tidy[:place] + other + tidy[place + 1 :]
    pair = [damaged if n == which else CARDS[n] for n in (0, 1)]

    if damaged == tidy:
        assert join(*pair) == PRIVATE
    else:
        with pytest.raises(CardUnreadable) as refusal:
            join(*pair)
        assert refusal.value.message == CardUnreadable().message


def test_card_of_another_session_is_refused():
    other = key_cards.split_secret(6, SECRET, PUBLIC)[1].text

    with pytest.raises(CardsDoNotFit):
        join(CARDS[0], other)


def test_card_of_an_earlier_key_of_the_session_is_refused():
    earlier = new_key()[-1][1].text

    with pytest.raises(CardsDoNotFit):
        join(CARDS[0], earlier)


def test_shares_that_make_another_key_are_refused():
    forged = key_cards.KeyCard(5, 2, key_cards.key_mark(PUBLIC), bytes(32)).text

    with pytest.raises(CardsDoNotFit):
        join(CARDS[0], forged)


def test_one_card_says_nothing_about_the_key():
    """Shares of two splits of one key differ: a share is random, not a piece."""
    again = key_cards.split_secret(5, SECRET, PUBLIC)

    assert {card.share for card in again} & {key_cards.read_card(text).share for text in CARDS} == set()


def test_all_three_cards_without_the_hold_make_nothing():
    with pytest.raises(HoldMissing):
        join(*CARDS, hold=None)


def test_the_hold_of_another_key_makes_nothing():
    with pytest.raises(CardsDoNotFit):
        join(*CARDS, hold=token_bytes(32))


def test_the_hold_is_printed_and_read_back():
    text = key_cards.write_hold(5, PUBLIC, HOLD)

    read = key_cards.read_hold(text.lower().replace("-", " "), session_id=5, public_key=PUBLIC)

    assert read == HOLD


def test_a_damaged_page_and_the_page_of_another_session_are_refused():
    text = key_cards.write_hold(5, PUBLIC, HOLD)
    last = "0" if text[-2] != "0" else "1"

    with pytest.raises(CardUnreadable):
        key_cards.read_hold(text[:-2] + last + text[-1], session_id=5, public_key=PUBLIC)
    with pytest.raises(CardUnreadable):
        key_cards.read_hold(CARDS[0], session_id=5, public_key=PUBLIC)
    with pytest.raises(CardsDoNotFit):
        key_cards.read_hold(text, session_id=6, public_key=PUBLIC)


def test_cut_card_is_unreadable():
    with pytest.raises(CardUnreadable):
        key_cards.read_card(CARDS[0][:-5])


def test_suite_byte_is_checked():
    sealed = sealing.seal(PUBLIC, b"ballot")

    assert sealing.unseal(PRIVATE, sealed) == b"ballot"
    assert sealing.unseal(PRIVATE, b"\x02" + sealed[1:]) is None
    assert sealing.unseal(PRIVATE, sealed[:-1] + bytes([sealed[-1] ^ 1])) is None
    assert sealing.unseal(PRIVATE, b"") is None
