"""A preview is unpacked as it was packed, in whole, by kind and by page."""

from hypothesis import given
from hypothesis import strategies as st

from apps.rosters.domain.plan import Change
from apps.rosters.domain.preview import PreviewLines, PreviewWriter

TEXTS = st.text(max_size=8) | st.sampled_from(["第一行\n第二行", "制表\t符", "𬱖\u2028玉", ""])
CHANGES = st.lists(
    st.builds(
        Change, TEXTS, st.integers(0, 50_000), st.sampled_from(["new", "changed", "same", "gone"]), TEXTS, TEXTS,
        st.lists(st.tuples(TEXTS, TEXTS, TEXTS), max_size=2).map(tuple),
    ),
    max_size=12,
)  # fmt: skip


def written(changes):
    writer = PreviewWriter()
    for change in changes:
        writer.add(change)
    return writer


@given(CHANGES, st.integers(0, 12), st.integers(0, 12))
def test_lines_are_unpacked_as_they_were_packed(changes, start, end):
    packed = written(changes).packed()
    for kind in ("", "new", "changed", "same", "gone"):
        wanted = [change for change in changes if not kind or change.kind == kind]
        lines = PreviewLines(packed, kind)
        assert (len(lines), list(lines)) == (len(wanted), wanted)
        assert lines[start:end] == wanted[start:end]
        assert [lines[n] for n in range(len(wanted))] == wanted


@given(CHANGES)
def test_fingerprint_tells_apart_what_would_be_written_and_nothing_else(changes):
    fingerprint = written(changes).fingerprint()
    new = Change("党组织", 3, "new", "西湾村党支部（B2）")
    assert (
        written([*changes, new._replace(kind="same"), new._replace(kind="gone")]).fingerprint() == fingerprint
    )
    assert written([*changes, new]).fingerprint() != fingerprint
    assert written([*changes, new]).fingerprint() != written([*changes, new._replace(row_no=4)]).fingerprint()


def test_nothing_packed_has_no_lines():
    assert list(PreviewLines(b"")) == []
    assert list(PreviewLines(written([]).packed())) == []
