"""What goes into the archive of a cycle: paths now, contents when it is their turn."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import Enum
from functools import partial
from typing import Any

from django.utils import timezone

from apps.archives import pdf, sheets
from apps.archives.domain.planned import LONGEST, Folder, told_apart
from apps.archives.domain.readme import README, readme_text
from apps.archives.selectors import contents, rows
from apps.archives.selectors.reach import files_of
from apps.cycles.models import ReviewCycle
from apps.cycles.selectors import plan_of
from apps.documents.domain.names import clean_name
from apps.documents.models import StoredFile
from apps.evaluations.models import EvaluationSession
from apps.official_documents.domain.dressing import dress_up
from apps.official_documents.domain.scopes import Format, Scope, Subject
from apps.official_documents.kit.kinds import Kind, common_values, kind_for
from apps.official_documents.kit.rendering import render
from apps.official_documents.selectors.templates import template_of, version_in_use
from apps.organizations.models import field_named
from apps.scoring.selectors.inputs import OPENED
from apps.scoring.selectors.packages import result_package

Make = Callable[[], bytes]
# Kinds written anew; letters, circulars and the like are in the archive as they were issued.
WRITTEN = (
    ("meeting_record", Folder.MEETINGS),
    ("summary_table", Folder.SCORES),
    ("result_sheet", Folder.SCORES),
    ("deliberation_sheet", Folder.GRADES),
    ("grade_register", Folder.GRADES),
)
# Where files of an app belong; those of others lie with the documents.
PLACES = {
    "cycles": Folder.SCHEME,
    "duty_reports": Folder.REPORTS,
    "meetings": Folder.MEETINGS,
    "evaluations": Folder.EVALUATIONS,
    "paper_ballots": Folder.EVALUATIONS,
    "assessments": Folder.SCORES,
    "scoring": Folder.SCORES,
    "rectification": Folder.RECTIFICATION,
}
EVIDENCE = "佐证材料"


@dataclass(frozen=True, slots=True)
class Planned:
    """One file: either written by ``make`` when it is its turn, or a stored one."""

    path: str
    make: Make | None = None
    file: StoredFile | None = None


def plan(cycle: ReviewCycle) -> list[Planned]:
    """Return the files in the order of the archive, no two of the same path."""
    found = [*_written_out(cycle), *_documents(cycle), *_packages(cycle), *_stored(cycle)]
    found.sort(key=lambda one: one.path)
    paths = told_apart(one.path for one in found)
    named = [replace(one, path=path) for one, path in zip(found, paths, strict=True)]
    return [Planned(README, partial(readme_text, cycle.title)), *named]


def _at(folder: Folder, name: str, *, below: str = "") -> str:
    stem, dot, ending = clean_name(name).rpartition(".")
    short = f"{stem[:LONGEST].rstrip(' .')}{dot}{ending}" if dot else ending[:LONGEST]
    return "/".join(part for part in (folder.path, below, short) if part)


def _written_out(cycle: ReviewCycle) -> Iterator[Planned]:
    """Yield what is kept in tables, written out for people."""
    yield Planned(
        _at(Folder.SCHEME, "方案.pdf"), lambda: pdf.scheme_pdf(cycle.title, contents.scheme_words(cycle))
    )
    yield Planned(_at(Folder.SCHEME, "方案.json"), partial(_scheme_json, cycle))
    for report_id, name in contents.written_reports(cycle):
        path = _at(Folder.REPORTS, f"{name} 述职报告.pdf")
        yield Planned(path, partial(_report, report_id))
    for folder, name, title, parts in _lists():
        yield Planned(_at(folder, f"{name}.xlsx"), partial(_workbook, cycle, title, parts))
    yield Planned(_at(Folder.LOG, "日志摘录.csv"), lambda: sheets.csv_file(sheets.LOG, rows.log_rows(cycle)))


def _report(report_id: int) -> bytes:
    return pdf.report_pdf(contents.read_report(report_id))


def _scheme_json(cycle: ReviewCycle) -> bytes:
    told = asdict(plan_of(cycle.scheme))
    return (json.dumps(told, ensure_ascii=False, indent=1, default=_plain) + "\n").encode()


def _plain(value: object) -> Any:
    """Exact numbers are told as text, choices by their key."""
    return value.value if isinstance(value, Enum) else str(value)


Read = Callable[[ReviewCycle], Iterator[list[object]]]
Part = tuple[str, tuple[str, ...], Read]


def _lists() -> list[tuple[Folder, str, str, tuple[Part, ...]]]:
    """Return the workbooks: folder, file name, title, worksheets."""
    return [
        (
            Folder.SCHEME,
            "述职对象",
            "述职对象名单",
            (("述职对象", sheets.REVIEWEES, contents.reviewee_rows),),
        ),
        (Folder.REPORTS, "审核记录", "述职报告审核记录", (("审核记录", sheets.ROUNDS, rows.round_rows),)),
        (Folder.MEETINGS, "点评", "点评内容", (("点评", sheets.COMMENTARIES, rows.commentary_rows),)),
        (
            Folder.SCORES,
            "考核得分和加减分",
            "考核得分和加减分",
            (
                ("考核得分", sheets.FIGURES, rows.figure_rows),
                ("加分扣分", sheets.POINTS, rows.point_rows),
                ("否决和条件", sheets.CAPS, rows.cap_rows),
            ),
        ),
        (
            Folder.RECTIFICATION,
            "整改台账",
            "整改台账",
            (("整改台账", sheets.ITEMS, rows.item_rows), ("整改记录", sheets.PROGRESS, rows.progress_rows)),
        ),
    ]


def _workbook(cycle: ReviewCycle, title: str, parts: tuple[Part, ...]) -> bytes:
    whole = f"{cycle.title}{title}"
    return sheets.workbook(*(sheets.sheet(whole, head, read(cycle), name=name) for name, head, read in parts))


def _documents(cycle: ReviewCycle) -> Iterator[Planned]:
    """Yield the tables and sheets of the kinds that can be made of the cycle now."""
    for key, folder in WRITTEN:
        kind = kind_for(key)
        if kind is None or kind.why_not(cycle):
            continue
        names = _subject_names(cycle, kind)
        for subject in kind.subjects(cycle):
            for file_format in kind.formats:
                if file_format is not Format.DOCX and (
                    kind.scope is not Scope.REVIEWEE or file_format is Format.PDF
                ):
                    name = f"{names(subject)}{kind.label}.{file_format.value}"
                    below = kind.label if kind.scope is Scope.REVIEWEE else ""
                    yield Planned(
                        _at(folder, name, below=below), partial(written, kind, cycle, subject, file_format)
                    )


def _subject_names(cycle: ReviewCycle, kind: Kind) -> Callable[[Subject], str]:
    if kind.scope is Scope.FIELD:
        return lambda subject: f"{field_named(subject.field).label}领域 "
    if kind.scope is Scope.REVIEWEE:
        people: Mapping[int, str] = {
            one.pk: f"{one.order_no:03d} {one.organization_name} {one.name} " for one in cycle.reviewees.all()
        }
        return lambda subject: people[subject.person]
    return lambda _: ""


def written(
    kind: Kind, cycle: ReviewCycle, subject: Subject, file_format: Format, content: Any = None
) -> bytes:
    """Return a document written for the archive: without a number, dated by what it is about and not by today."""
    content = kind.contents(subject) if content is None else content
    on = day_of(cycle)
    values = common_values(cycle, on) | dict(kind.values(content))
    template = template_of(kind, version_in_use(kind, cycle))
    dress = dress_up(template, kind.passages, kind.switches, values, number=None, issue_no=1, issued_on=on)
    return render(kind, content, dress, file_format)


def day_of(cycle: ReviewCycle) -> date:
    """Return the day the archive's own papers bear: of the sign-off, else of the meeting, else of the cycle's beginning."""
    deliberation = getattr(cycle, "deliberation", None)
    signed = deliberation.signed_off_at if deliberation else None
    return (
        timezone.localtime(signed).date()
        if signed
        else cycle.meeting_on or timezone.localtime(cycle.created_at).date()
    )


def _packages(cycle: ReviewCycle) -> Iterator[Planned]:
    """Yield the result package of each opened session; never of a rehearsal."""
    sessions = EvaluationSession.objects.filter(cycle=cycle, rehearsal_of=None, state__in=OPENED)
    for session in sessions.select_related("cycle__scheme", "closing").order_by("pk"):
        if hasattr(session, "closing"):
            name = f"{session.title} 结果包.zip"
            yield Planned(_at(Folder.EVALUATIONS, name), partial(result_package, session))


def _stored(cycle: ReviewCycle) -> Iterator[Planned]:
    """Yield all files that belong to the cycle: issued documents, evidence, workbooks brought in."""
    for app, files in files_of(cycle):
        folder = PLACES.get(app, Folder.DOCUMENTS)
        below = "" if folder is Folder.DOCUMENTS else EVIDENCE
        for file in files.order_by("created_at", "pk"):
            yield Planned(_at(folder, file.name, below=below), file=file)
