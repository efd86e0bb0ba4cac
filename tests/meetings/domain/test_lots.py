from hashlib import sha256

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.meetings.domain.lots import draw, lot_of

ids = st.lists(st.integers(1, 10_000), unique=True, max_size=40)
seeds = st.text(min_size=1, max_size=30)


@given(seeds, ids)
@settings(max_examples=60)
def test_draw_holds_everybody_once_in_order_of_digest(seed, people):
    lots = draw(seed, people)

    assert sorted(lot.reviewee_id for lot in lots) == sorted(people)
    assert [lot.digest for lot in lots] == sorted(lot.digest for lot in lots)


@given(seeds, ids, st.randoms())
@settings(max_examples=60)
def test_draw_does_not_depend_on_order_of_input(seed, people, random):
    shuffled = list(people)
    random.shuffle(shuffled)

    assert draw(seed, shuffled) == draw(seed, people)


def test_lot_is_plain_sha256_of_seed_and_number():
    assert lot_of("会场种子", 12).digest == sha256("会场种子|12".encode()).hexdigest()


def test_another_seed_gives_another_order():
    assert [x.reviewee_id for x in draw("a", range(20))] != [x.reviewee_id for x in draw("b", range(20))]
