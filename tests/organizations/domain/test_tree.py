"""Laws of the tree."""

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.organizations.domain.tree import (
    depth_of,
    gaps_between,
    ids_in,
    in_cycles,
    is_within,
    paths_of,
    topmost,
)

# A forest: each node's superior is a smaller one or nobody.
forests = st.integers(1, 30).flatmap(
    lambda n: st.tuples(*[st.one_of(st.none(), st.integers(1, k - 1)) if k > 1 else st.none() for k in range(1, n + 1)])
).map(lambda ups: dict(enumerate(ups, start=1)))  # fmt: skip


@settings(max_examples=60)
@given(forests)
def test_path_leads_from_the_root_to_the_node(superiors):
    for key, path in paths_of(superiors).items():
        ids = ids_in(path)

        assert ids[-1] == key
        assert depth_of(path) == len(ids) - 1
        assert [superiors[i] for i in ids] == [None, *ids[:-1]]


@settings(max_examples=60)
@given(forests)
def test_tree_has_no_circle(superiors):
    assert in_cycles(superiors) == set()


@settings(max_examples=60)
@given(forests, st.data())
def test_everything_below_a_circle_is_found(superiors, data):
    paths = paths_of(superiors)
    top = data.draw(st.sampled_from(sorted(superiors)))
    below = {key for key, path in paths.items() if is_within(path, [paths[top]])}
    superiors[top] = data.draw(st.sampled_from(sorted(below)))

    assert in_cycles(superiors) == below


def test_superior_outside_ends_the_way():
    assert in_cycles({"a": "elsewhere", "b": "a"}) == set()


@settings(max_examples=60)
@given(forests, st.data())
def test_topmost_covers_the_same_without_overlap(superiors, data):
    paths = sorted(paths_of(superiors).values())
    chosen = data.draw(st.lists(st.sampled_from(paths)))
    tops = topmost(chosen)

    assert [p for p in paths if is_within(p, chosen)] == [p for p in paths if is_within(p, tops)]
    assert all(not is_within(a, [b]) for a in tops for b in tops if a != b)


def test_prefix_of_digits_is_not_a_subtree():
    assert not is_within("1/17/", ["1/1/"])


@settings(max_examples=60)
@given(forests, st.data())
def test_a_path_lies_in_a_gap_or_in_a_subtree(superiors, data):
    paths = paths_of(superiors)
    tops = data.draw(st.lists(st.sampled_from(sorted(paths.values())), max_size=4))
    for path in paths.values():
        in_gap = any(after <= path and (path < before or not before) for after, before in gaps_between(tops))

        assert in_gap is not is_within(path, tops)


def test_gaps_lie_before_between_and_behind():
    assert gaps_between(["12/", "1/", "1/7/"]) == [("", "1/"), ("10", "12/"), ("120", "")]
    assert gaps_between([]) == [("", "")]
