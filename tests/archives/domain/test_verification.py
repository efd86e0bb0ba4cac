"""Whatever is done to an archive, it is noticed; an untouched one is found intact."""

import io
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.archives.domain import stored_zip
from apps.archives.domain.hash_lists import HASH_LIST, read_hash_list, render_hash_list
from apps.archives.domain.verification import FRAME, NotAnArchiveError, verify_archive
from apps.archives.kit.writer import ArchiveWriter

FILES = {
    "README.txt": b"read me",
    "01 方案/方案.json": b"{}",
    "07 文书/王㛃.pdf": b"%PDF-" * 9,
    "空.txt": b"",
}


def packed(files, *, hashes=None):
    """An archive of these files; ``hashes`` replaces what its list says."""
    out = io.BytesIO()
    writer = ArchiveWriter(out)
    for name, content in files.items():
        writer.add_bytes(name, content)
    if hashes is None:
        writer.close()
    else:
        writer.add_bytes(HASH_LIST, render_hash_list(hashes))
        out.write(stored_zip.directory(writer.entries))
    return out.getvalue()


def findings_of(content):
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.zip"
        path.write_bytes(content)
        return verify_archive(path)


def hashes_of(files):
    with zipfile.ZipFile(io.BytesIO(packed(files))) as archive:
        return read_hash_list(archive.read(HASH_LIST))


def is_noticed(content):
    try:
        return not findings_of(content).is_intact
    except NotAnArchiveError:
        return True


names = st.text(
    st.characters(exclude_characters="\n\r\0/\\", exclude_categories=["Cs"]), min_size=1, max_size=12
)
contents = st.dictionaries(names.filter(lambda name: name != HASH_LIST), st.binary(max_size=40), max_size=6)


@given(contents)
def test_untouched_archive_is_intact_and_any_program_reads_it(files):
    content = packed(files)

    assert findings_of(content).is_intact
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert {
            info.filename: archive.read(info) for info in archive.infolist() if info.filename != HASH_LIST
        } == files


@given(contents, st.data())
def test_any_changed_byte_is_noticed(files, data):
    content = bytearray(packed(files))
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))

    assert is_noticed(bytes(content))


def test_each_single_byte_of_an_archive_counts():
    content = packed(FILES)

    unnoticed = [
        (place, bit) for place in range(len(content)) for bit in (1, 32, 128)
        if not is_noticed(content[:place] + bytes([content[place] ^ bit]) + content[place + 1 :])
    ]  # fmt: skip

    assert unnoticed == []


@given(contents, st.data())
def test_cut_and_lengthened_archives_are_noticed(files, data):
    content = packed(files)
    n = data.draw(st.integers(0, len(content) - 1))

    assert is_noticed(content[:n])
    assert is_noticed(content + data.draw(st.binary(min_size=1, max_size=20)))
    assert is_noticed(data.draw(st.binary(min_size=1, max_size=20)) + content)


@given(contents.filter(bool), st.data())
def test_missing_extra_and_changed_files_are_named(files, data):
    gone = data.draw(st.sampled_from(sorted(files)))
    hashes = hashes_of(files)

    missing = findings_of(packed({n: c for n, c in files.items() if n != gone}, hashes=hashes))
    extra = findings_of(packed({**files, "后来放进的.txt": b"x"}, hashes=hashes))
    changed = findings_of(packed({**files, gone: files[gone] + b"x"}, hashes=hashes))

    assert (missing.missing, missing.extra, missing.broken) == ([gone], [], [])
    assert (extra.missing, extra.extra, extra.broken) == ([], ["后来放进的.txt"], [])
    assert (changed.missing, changed.extra, changed.broken) == ([], [], [gone])


def test_a_changed_content_names_its_file():
    content = packed(FILES)
    place = content.index(b"%PDF-")

    found = findings_of(content[:place] + b"!" + content[place + 1 :])

    assert found.broken[0] == "07 文书/王㛃.pdf"
    assert found.lines()[0] == "内容被改动或损坏：07 文书/王㛃.pdf"


def test_an_archive_without_its_list_of_hashes_is_not_trusted():
    out = io.BytesIO()
    writer = ArchiveWriter(out)
    writer.add_bytes("a.txt", b"x")
    out.write(stored_zip.directory(writer.entries))

    assert findings_of(out.getvalue()).missing == [HASH_LIST]


def test_the_same_file_packed_by_another_program_is_not_the_archive():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**FILES, HASH_LIST: render_hash_list(hashes_of(FILES))}.items():
            archive.writestr(name, content)

    assert FRAME in findings_of(out.getvalue()).broken


def test_no_zip_at_all_is_wrong_use():
    with pytest.raises(NotAnArchiveError, match="不是归档包"):
        findings_of(b"hello")


def test_wide_archives_are_read_by_other_programs(tmp_path):
    """A sparse file of more than 4 GiB, so that lengths and places no longer fit the plain fields."""
    path, size = tmp_path / "large.zip", 0x100000010
    entry, last = stored_zip.Entry("大.bin", size, 0), stored_zip.Entry("后.txt", 1, 0x8CDC1683)
    with path.open("wb") as out:
        out.write(stored_zip.local_header(entry))
        out.seek(size, io.SEEK_CUR)
        out.write(stored_zip.local_header(last) + b"x" + stored_zip.directory([entry, last]))

    with zipfile.ZipFile(path) as archive:
        assert [(info.filename, info.file_size) for info in archive.infolist()] == [
            ("大.bin", size),
            ("后.txt", 1),
        ]
        assert archive.read("后.txt") == b"x"
