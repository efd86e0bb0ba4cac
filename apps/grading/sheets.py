"""The submission for the committee as xlsx."""

from collections.abc import Iterable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from apps.common.domain.chinese_dates import chinese_date
from apps.common.kit.sheets import SheetColumn, Table, workbook_bytes
from apps.cycles.domain.grades import Grade
from apps.grading.domain.submissions import Submission, SubmissionField, SubmissionLine

FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # a zip cannot say "no date"
LINE_COLUMNS = (
    SheetColumn("序号", 6),
    SheetColumn("姓名", 10),
    SheetColumn("党组织", 30),
    SheetColumn("职务", 14),
    SheetColumn("述职方式", 10),
    SheetColumn("测评得分", 10, "0.00"),
    SheetColumn("总分", 10, "0.00"),
    SheetColumn("名次", 7),
    SheetColumn("上年等次", 9),
    SheetColumn("建议等次", 9),
    SheetColumn("审定等次", 9),
    SheetColumn("年度考核最高可评", 12),
    SheetColumn("计入年度考核（分）", 12, "0.00"),
    SheetColumn("提示、限制和理由", 60),
)
FIELD_COLUMNS = (
    SheetColumn("领域", 12),
    SheetColumn("人数", 8),
    SheetColumn("“好”比例上限（%）", 14, "0.00"),
    SheetColumn("“好”名额", 10),
    SheetColumn("已定“好”", 10),
    SheetColumn("未审定", 10),
    *(SheetColumn(grade.label, 8) for grade in Grade),
)
FLAG_COLUMNS = (
    SheetColumn("领域", 10),
    SheetColumn("姓名", 10),
    SheetColumn("党组织", 30),
    SheetColumn("建议等次", 10),
    SheetColumn("审定等次", 10),
    SheetColumn("提示", 44),
    SheetColumn("限制", 44),
    SheetColumn("调整理由", 40),
)


def submission_workbook(submission: Submission) -> bytes:
    """Return the submission for the committee: summary, one sheet per field, flags, rules and meeting in words."""
    notes = (f"组织单位：{submission.host}　进展：{submission.state}",)
    return workbook_bytes(
        _fields_table(submission, notes),
        *(_field_table(submission, one, notes) for one in submission.fields),
        _flags_table(submission, notes),
        _words_table(submission, notes),
    )


def _fields_table(submission: Submission, notes: tuple[str, ...]) -> Table:
    rows = [
        (
            one.label,
            one.n_members,
            one.share,
            one.n_allowed,
            one.n_good,
            one.n_undecided,
            *one.grades.values(),
        )
        for one in submission.fields
    ]
    title = f"{submission.cycle_title}等次报审汇总"
    return Table(title, FIELD_COLUMNS, rows, notes=notes, sheet_name="汇总")


def _field_table(submission: Submission, one: SubmissionField, notes: tuple[str, ...]) -> Table:
    quota = f"人数 {one.n_members}　“好”名额 {one.n_allowed}　已定“好” {one.n_good}　未审定 {one.n_undecided}"
    rows = [_line_row(place, line) for place, line in enumerate(one.lines, start=1)]
    title = f"{submission.cycle_title}等次审定表（{one.label}领域）"
    return Table(title, LINE_COLUMNS, rows, notes=(*notes, quota), sheet_name=f"{one.label}领域")


def _line_row(place: int, line: SubmissionLine) -> tuple[object, ...]:
    appraisal = "：".join(part for part in (line.best_appraisal, line.consequence) if part)
    return (
        place, line.name, line.organization, line.post, line.mode, line.ballot_score, line.total, line.rank,
        line.last_grade, line.proposed_grade, line.grade, appraisal, line.annual_points, line.remark,
    )  # fmt: skip


def _flags_table(submission: Submission, notes: tuple[str, ...]) -> Table:
    rows = [
        (
            field, line.name, line.organization, line.proposed_grade, line.grade, "；".join(line.flags),
            "；".join(line.limits), line.reason,
        )
        for field, line in submission.lines()
        if line.flags or line.limits or line.reason
    ]  # fmt: skip
    return Table(
        f"{submission.cycle_title}需要注意的人员", FLAG_COLUMNS, rows, notes=notes, sheet_name="提示"
    )


def _words_table(submission: Submission, notes: tuple[str, ...]) -> Table:
    meeting = [
        ("会议日期", chinese_date(submission.held_on) if submission.held_on else "未填写"),
        ("会议地点", submission.place),
        ("人员", submission.members_present),
        ("到会情况", submission.quorum_note),
        ("研究情况", submission.minutes),
        ("审核", submission.reviewed_by),
        ("签发", submission.signed_by),
    ]
    rows = [(f"规则{place}", rule) for place, rule in enumerate(submission.rules, start=1)]
    rows += [(name, text) for name, text in meeting if text]
    columns = (SheetColumn("项目", 14), SheetColumn("内容", 110))
    return Table(
        f"{submission.cycle_title}评定规则和会议情况", columns, rows, notes=notes, sheet_name="规则和会议"
    )


def packed(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Return a zip of the files; the same files give the same bytes."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as pack:
        for name, content in files:
            entry = ZipInfo(name, FIRST_DAY)
            entry.compress_type = ZIP_DEFLATED
            pack.writestr(entry, content)
    return out.getvalue()
