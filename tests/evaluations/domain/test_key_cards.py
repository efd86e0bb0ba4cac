from itertools import combinations, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.evaluations.domain import crockford, key_cards, sealing
from apps.evaluations.errors import CardsDoNotFit, CardUnreadable, TwoCardsNeeded

PRIVATE, PUBLIC = sealing.new_key_pair()
CARDS = [card.text for card in key_cards.split_key(5, PRIVATE)]


def join(*texts, session_id=5, public_key=PUBLIC):
    return key_cards.join_cards(texts, session_id=session_id, public_key=public_key)


@pytest.mark.parametrize("pair", [*permutations(CARDS, 2), tuple(CARDS)])
def test_any_two_cards_make_the_key(pair):
    assert join(*pair) == PRIVATE


@settings(max_examples=25)
@given(st.integers(1, 2**32 - 1))
def test_every_key_is_put_together_again(session_id):
    private, public = sealing.new_key_pair()
    texts = [card.text for card in key_cards.split_key(session_id, private)]

    assert {join(*pair, session_id=session_id, public_key=public) for pair in combinations(texts, 2)} == {
        private
    }


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
    other = key_cards.split_key(6, PRIVATE)[1].text

    with pytest.raises(CardsDoNotFit):
        join(CARDS[0], other)


def test_card_of_an_earlier_key_of_the_session_is_refused():
    earlier = key_cards.split_key(5, sealing.new_key_pair()[0])[1].text

    with pytest.raises(CardsDoNotFit):
        join(CARDS[0], earlier)


def test_shares_that_make_another_key_are_refused():
    forged = key_cards.KeyCard(5, 2, key_cards.key_mark(PUBLIC), bytes(32)).text

    with pytest.raises(CardsDoNotFit):
        join(CARDS[0], forged)


def test_one_card_says_nothing_about_the_key():
    """Shares of two splits of one key differ: a share is random, not a piece."""
    again = key_cards.split_key(5, PRIVATE)

    assert {card.share for card in again} & {key_cards.read_card(text).share for text in CARDS} == set()


def test_cut_card_is_unreadable():
    with pytest.raises(CardUnreadable):
        key_cards.read_card(CARDS[0][:-5])


def test_suite_byte_is_checked():
    sealed = sealing.seal(PUBLIC, b"ballot")

    assert sealing.unseal(PRIVATE, sealed) == b"ballot"
    assert sealing.unseal(PRIVATE, b"\x02" + sealed[1:]) is None
    assert sealing.unseal(PRIVATE, sealed[:-1] + bytes([sealed[-1] ^ 1])) is None
    assert sealing.unseal(PRIVATE, b"") is None
