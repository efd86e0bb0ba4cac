"""The result package: what is in it, and that the independent verifier agrees with the server."""

import csv
import io
import json
import tracemalloc
import zipfile
from tempfile import TemporaryFile

import pytest

from apps.evaluations.models import EvaluationSession
from apps.scoring.domain import packages, verification
from apps.scoring.selectors.packages import result_package
from tests.factories.evaluations import make_hall

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall():
    hall = make_hall(n_slips=6, n_reviewees=3)
    kinds = ["good", "fairly_good", "average", "poor", None]
    for n, slip in enumerate(hall.all_slips[:-1]):
        hall.cast(slip, *kinds[n % 3 : n % 3 + 3])
    hall.close()
    hall.open()
    return hall


def session_of(hall):
    return EvaluationSession.objects.select_related("cycle__scheme", "closing").get(pk=hall.session.pk)


def parts_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def rows_of(content, name):
    text = parts_of(content)[name].decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def altered(content, name, before, after):
    """The package with one part changed and its hash put right again."""
    parts = parts_of(content)
    manifest = json.loads(parts.pop("manifest.json"))
    text = parts[name].decode()
    assert before in text
    parts[name] = text.replace(before, after, 1).encode()
    return packages.package_bytes({key: value for key, value in manifest.items() if key != "parts"}, parts)


def test_verifier_agrees_with_the_server(hall):
    assert verification.verify(result_package(session_of(hall))) == []


def test_marks_name_no_ballot_and_lie_in_random_order(hall):
    content = result_package(session_of(hall))
    rows = rows_of(content, "marks.csv")

    ids = list(dict.fromkeys(row["mark_id"] for row in rows))
    assert ids == sorted(ids)
    assert len(ids) == 11 * 3
    assert set(rows[0]) == set(packages.MARKS_HEAD)
    assert {len({row["reviewee"] for row in rows if row["mark_id"] == one}) for one in ids} == {1}


def test_same_results_give_the_same_bytes(hall):
    session = session_of(hall)

    assert result_package(session) == result_package(session)


def test_package_in_files_is_the_plain_zip_byte_for_byte():
    rows = [(n, "书记", '"引号"', None, "a\r\nb") for n in range(20_000)]
    parts = {
        "b.csv": packages.csv_bytes(("n", "t", "q", "e", "l"), rows),
        "a.json": packages.json_bytes({"x": 1}),
    }
    plain, streamed = io.BytesIO(), io.BytesIO()
    told = {"format": "f", "parts": {name: packages.digest(parts[name]) for name in sorted(parts)}}
    with zipfile.ZipFile(plain, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in (("manifest.json", packages.json_bytes(told)), *sorted(parts.items())):
            zipped.writestr(packages._entry(name), content)

    with packages.Parts(TemporaryFile) as files:
        files.add_csv("b.csv", ("n", "t", "q", "e", "l"), rows)
        files.add("a.json", parts["a.json"])
        files.write_package(streamed, {"format": "f"})

    assert streamed.getvalue() == plain.getvalue()
    assert csv_as_before(("n", "t", "q", "e", "l"), rows) == parts["b.csv"]


def csv_as_before(head, rows):
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def test_large_tables_are_never_in_memory_as_a_whole():
    rows = ((n, f"{n:064x}", "good", "") for n in range(200_000))  # 15 MB

    tracemalloc.start()
    with packages.Parts(TemporaryFile) as files, TemporaryFile() as target:
        files.add_csv("marks.csv", ("a", "b", "c", "d"), rows)
        files.write_package(target, {})
        size = files.files["marks.csv"].seek(0, io.SEEK_END)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert size > 15_000_000
    assert peak < 2_000_000


def test_tables_are_utf8_with_bom_and_crlf(hall):
    parts = parts_of(result_package(session_of(hall)))

    for name, content in parts.items():
        if name.endswith(".csv"):
            assert content.startswith(b"\xef\xbb\xbf")
            assert content.count(b"\n") == content.count(b"\r\n")


def test_names_are_no_formulas(hall):
    hall.session.cycle.reviewees.update(name="=1+1")

    row = rows_of(result_package(session_of(hall)), "reviewees.csv")[0]

    assert row["name"] == "'=1+1"


@pytest.mark.parametrize(
    ("name", "before", "after", "word"),
    [
        ("marks.csv", ",poor,", ",good,", "评分与开箱时固定的摘要不符"),
        ("trackers.csv", "\r\n", "\r\n1,AAAA\r\n", "Merkle"),
        ("ledger.csv", ",6,6,0,0,0,", ",7,6,0,0,0,", "台账不平"),
        ("results.csv", "total,", "total,1", "总分应为"),
        ("scheme.json", '"weight": "60"', '"weight": "61"', "测评得分应为"),
        ("scheme.json", '"value": "95"', '"value": "96"', "摘要不符"),
    ],
)
def test_verifier_names_what_was_changed(hall, name, before, after, word):
    if name == "trackers.csv":
        after = f"\r\n{hall.session.pk},AAAA\r\n"

    found = verification.verify(altered(result_package(session_of(hall)), name, before, after))

    assert any(word in one for one in found), found


def test_verifier_sees_a_part_that_no_longer_fits_its_hash(hall):
    parts = parts_of(result_package(session_of(hall)))
    manifest = json.loads(parts.pop("manifest.json"))
    content = packages.package_bytes(manifest, parts)
    text = json.dumps({**manifest, "parts": manifest["parts"] | {"README.txt": "0" * 64}})
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w") as new:
        for entry in old.namelist():
            new.writestr(entry, text if entry == "manifest.json" else old.read(entry))

    assert verification.verify(file.getvalue()) == [
        "文件 README.txt 的 SHA-256 与 manifest.json 所载不符，内容被改动过。"
    ]


def test_what_is_no_package_is_refused():
    with pytest.raises(verification.NotAPackageError):
        verification.verify(b"no zip")


def test_rehearsals_are_not_in_the_package(hall):
    rehearsal = EvaluationSession.objects.create(
        cycle=hall.session.cycle, title="【彩排】", hall_key="r" * 43, rehearsal_of=hall.session
    )

    scheme = json.loads(parts_of(result_package(session_of(hall)))["scheme.json"])

    assert rehearsal.pk not in [one["id"] for one in scheme["sessions"]]


def test_second_session_that_is_still_closed_leaves_scores_open(hall):
    other = EvaluationSession.objects.create(cycle=hall.session.cycle, title="下半场", hall_key="o" * 43)
    other.subjects.create(reviewee=hall.session.cycle.reviewees.first(), order_no=1)
    other.papers.create(paper=hall.session.cycle.scheme.papers.get())

    content = result_package(session_of(hall))

    totals = [row["exact"] for row in rows_of(content, "results.csv") if row["figure"] == "total"]
    assert (totals[0], all(totals[1:])) == ("", True)
    assert verification.verify(content) == []
