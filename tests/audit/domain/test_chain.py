"""The chain as arithmetic: whatever is changed, left out or swapped is named, and nothing else is."""

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.audit.domain.chain import GENESIS, Head, Link, check_links, entry_hash, read_head
from apps.audit.domain.lines import CHECKER, check_lines, csv_safe, line_of

texts = st.text(max_size=12)
contents = st.lists(
    st.fixed_dictionaries(
        {
            "action": texts,
            "suite": st.sampled_from(["sha256", "sm3"]),
            "details": st.dictionaries(texts, st.integers() | texts, max_size=3),
        }
    ),
    min_size=2,
    max_size=8,
)


def chained(contents, *, first=1, previous=GENESIS):
    links = []
    for seq, content in enumerate(contents, start=first):
        whole = {"seq": seq} | content
        links.append(Link(whole, previous, entry_hash(previous, whole, content.get("suite", "sha256"))))
        previous = links[-1].entry_hash
    return links


@given(contents)
def test_untouched_chain_holds_from_wherever_it_begins(contents):
    links = chained(contents)

    whole = check_links(links)
    rest = check_links(links[1:], first=2, previous=links[0].entry_hash)

    assert (whole.holds, whole.n_checked, whole.last_seq) == (True, len(links), len(links))
    assert (rest.holds, rest.head) == (True, links[-1].entry_hash)


@given(contents, st.data())
def test_the_first_entry_that_was_touched_is_named(contents, data):
    links = chained(contents)
    n = data.draw(st.integers(0, len(links) - 1))
    how = data.draw(st.sampled_from(["content", "hash", "previous"]))
    old = links[n]
    links[n] = {
        "content": Link(
            dict(old.content) | {"action": old.content["action"] + "x"}, old.previous_hash, old.entry_hash
        ),
        "hash": Link(old.content, old.previous_hash, _flipped(old.entry_hash)),
        "previous": Link(old.content, _flipped(old.previous_hash), old.entry_hash),
    }[how]

    assert check_links(links).broken_seq == n + 1


@given(contents, st.data())
def test_missing_and_swapped_entries_are_named(contents, data):
    links = chained(contents)
    n = data.draw(st.integers(0, len(links) - 2))
    swapped = [*links[:n], links[n + 1], links[n], *links[n + 2 :]]

    assert check_links(links[:n] + links[n + 1 :]).broken_seq == n + 1
    assert check_links(swapped).broken_seq == n + 1


@given(contents, st.data())
def test_swapped_contents_under_their_old_numbers_are_named(contents, data):
    links = chained(contents)
    n = data.draw(st.integers(0, len(links) - 2))
    one, other = links[n], links[n + 1]
    links[n] = Link(dict(other.content) | {"seq": one.seq}, one.previous_hash, one.entry_hash)
    links[n + 1] = Link(dict(one.content) | {"seq": other.seq}, other.previous_hash, other.entry_hash)

    same = {k: v for k, v in one.content.items() if k != "seq"} == {
        k: v for k, v in other.content.items() if k != "seq"
    }
    assert check_links(links).broken_seq == (None if same else n + 1)


@given(contents)
def test_chain_written_anew_contradicts_the_head_that_was_kept(contents):
    links = chained(contents)
    head = Head(len(links) - 1, links[-2].entry_hash)
    forged = chained([content | {"action": content["action"] + "x"} for content in contents])

    assert check_links(links, head=head).holds
    assert check_links(forged).holds
    assert check_links(forged, head=head).broken_seq == len(links) - 1
    assert check_links(links[:-2], head=head).broken_seq == len(links) - 1


@given(contents, st.integers(2, 50))
def test_exported_lines_are_checked_from_wherever_they_begin(contents, first):
    links = chained(contents, first=first, previous="a" * 64)
    lines = [line_of(link) for link in links]

    report = check_lines(lines)

    assert (report.holds, report.n_checked, report.last_seq) == (True, len(links), first + len(links) - 1)
    if len(lines) > 2:
        assert check_lines(lines[:1] + lines[2:]).broken_seq == first + 1


def test_words_how_to_check_are_true(tmp_path):
    """The little program in the package finds the same as ours, with nothing but the standard library."""
    lines = [
        line_of(link)
        for link in chained([{"action": "登录", "details": {"字": "文"}}, {"action": "导出", "suite": "sm3"}])
    ]
    (tmp_path / "check.py").write_text(CHECKER, encoding="utf-8")
    (tmp_path / "log.jsonl").write_text("\n".join(lines), encoding="utf-8")

    good = _check(tmp_path)
    (tmp_path / "log.jsonl").write_text("\n".join(lines).replace("导出", "查看"), encoding="utf-8")
    bad = _check(tmp_path)

    assert (good.returncode, bad.returncode) == (0, 1)
    assert "OK: 2 entries, head 2:" in good.stdout
    assert "BROKEN at entry 2" in bad.stderr


def _check(folder):
    command = [sys.executable, "-I", "check.py", "log.jsonl"]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, env={"PYTHONUTF8": "1"}
    )


@pytest.mark.parametrize(
    "line", ["{", "[]", "{}", json.dumps({"content": {}, "previous_hash": "", "entry_hash": ""})]
)
def test_foreign_file_is_told_apart_from_a_broken_log(line):
    with pytest.raises(ValueError, match="第 1 行"):
        check_lines([line])


def test_head_is_read_with_and_without_its_number():
    assert read_head(f"12:{'A' * 64}") == Head(12, "a" * 64)
    assert read_head("b" * 64) == Head(None, "b" * 64)
    for words in ("12", "x:y", f"x:{'a' * 64}", ""):
        with pytest.raises(ValueError):
            read_head(words)


def test_no_cell_of_the_csv_is_a_formula():
    assert [csv_safe(cell) for cell in ("=1+1", "+1", "-1", "@x", "\t=1", "甲\0", 7)] == [
        "'=1+1", "'+1", "'-1", "'@x", "'\t=1", "甲", "7",
    ]  # fmt: skip


def _flipped(digits):
    return ("1" if digits[0] == "0" else "0") + digits[1:]
