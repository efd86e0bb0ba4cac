"""T14: cards that are missing, wrong or damaged open nothing, and no refusal tells which card is at fault.

Who can find out which share is wrong may try shares one by one.
"""

from itertools import permutations

import pytest

from apps.common.errors import DomainError
from apps.evaluations import services
from apps.evaluations.domain import crockford, key_cards
from apps.evaluations.models import EvaluationSession, OpenedMark
from tests.evaluations.attacks.halls import make_number_hall
from tests.factories.evaluations import AT

pytestmark = pytest.mark.django_db

PLACES = ("first", "second", "third")


def damaged(text):
    """One character read wrongly."""
    place = len(text) - 9
    other = next(c for c in crockford.ALPHABET if c != text[place])
    return text[:place] + other + text[place + 1 :]


def with_wrong_share(text, bit=0):
    """A card that is whole in itself, checksum included, but whose share is not the right one."""
    card = key_cards.read_card(text)
    share = bytearray(card.share)
    share[-1] ^= 1 << bit
    return key_cards.KeyCard(card.session_id, card.number, card.key_mark, bytes(share)).text


def bad_cards(cards, others):
    """Return kinds of bad cards: kind -> what becomes of card number ``n``."""
    return {
        "missing": lambda n: "",
        "nonsense": lambda n: "SPK1-0000",
        "damaged": lambda n: damaged(cards[n]),
        "cut off": lambda n: cards[n][:-6],
        "of another session": lambda n: others[n],
        "wrong share": lambda n: with_wrong_share(cards[n]),
        "wrong share, other bit": lambda n: with_wrong_share(cards[n], 6),
    }


def answers(join, cards, others):
    """Return kind -> the set of refusals over every pair of cards and every place the bad one can have."""
    found = {}
    for kind, bad in bad_cards(cards, others).items():
        for good, spoiled in permutations(range(3), 2):
            for given in ([cards[good], bad(spoiled)], [bad(spoiled), cards[good]]):
                found.setdefault(kind, set()).add(refusal(join, given))
    return found


def refusal(join, given):
    try:
        join(given)
    except DomainError as refused:
        return refused.code, refused.message
    return "opened", ""


def telling(found):
    """Return the kinds by whose refusals the bad card can be told from the good one, or that open."""
    return sorted(
        kind
        for kind, refusals in found.items()
        if len(refusals) > 1 or any(code == "opened" for code, _ in refusals)
    )


def ways_to_give(hall):
    at = {"actor": hall.actor, "at": AT}
    return {
        "open": lambda cards: services.open_urn(hall.session.pk, cards=cards, **at),
        "try": lambda cards: services.try_cards(hall.session.pk, cards=cards, **at),
    }


def test_no_refusal_tells_which_card_is_wrong():
    hall, other = make_number_hall(2), make_number_hall(1)
    hall.cast_marks(hall.all_slips[0], {})
    hall.close()

    found = answers(ways_to_give(hall)["open"], hall.cards, other.cards)

    assert telling(found) == []
    assert len(found) == 7
    assert OpenedMark.objects.count() == 0
    assert EvaluationSession.objects.get(pk=hall.session.pk).state == "closed"
    hall.open()
    assert EvaluationSession.objects.get(pk=hall.session.pk).state == "opened"


def test_one_card_or_the_same_card_twice_opens_nothing():
    hall = make_number_hall(1)
    hall.close()
    give = ways_to_give(hall)["open"]

    for card in hall.cards:
        assert refusal(give, [card])[0] == refusal(give, [card, card])[0] == "two_cards_needed"
        assert refusal(give, [card, card.lower(), f" {card} "])[0] == "two_cards_needed"
    assert refusal(give, [])[0] == "two_cards_needed"


def test_three_cards_of_which_one_is_wrong_tell_no_more():
    """Two right cards are enough; what is refused is refused in one and the same way, wherever the wrong one lies."""
    hall = make_number_hall(1)
    hall.close()
    given = [
        [with_wrong_share(c) if n == place else c for n, c in enumerate(hall.cards)] for place in range(3)
    ]

    refusals = {refusal(ways_to_give(hall)["open"], cards) for cards in given}

    assert len({answer for answer in refusals if answer[0] != "opened"}) <= 1


def test_trial_of_the_cards_tells_no_more():
    hall, other = make_number_hall(1, state="keyed"), make_number_hall(1)

    found = answers(ways_to_give(hall)["try"], hall.cards, other.cards)

    assert telling(found) == []
    assert refusal(ways_to_give(hall)["try"], hall.cards[:2])[0] == "opened"


# -- the weak variant: an answer that wants to be helpful


def helpful_join(cards, others):
    """Return how a well-meaning program joins cards: it says which one to look at."""

    def join(given):
        for place, text in zip(PLACES, given, strict=False):
            if text not in cards:
                raise DomainError(f"the {place} card is wrong", code="wrong_card")

    return join


def test_a_helpful_answer_is_found():
    hall = make_number_hall(1)

    found = answers(helpful_join(hall.cards, None), hall.cards, ["x", "y", "z"])

    assert len(telling(found)) == 7
