"""The worksheets of a result sheet: the steps of the total, the groups, the answers."""

from collections.abc import Iterator, Sequence

from apps.common.kit.sheets import SheetColumn, Table
from apps.official_documents.kinds.reading import HIDDEN, PersonLine, cell, score_format
from apps.official_documents.kinds.result_sheet.contents import ResultContent
from apps.scoring.selectors.explanations import Explanation, GroupLine

Row = list[object]


def tables(title: str, content: ResultContent) -> Sequence[Table]:
    """Return the worksheets. Hidden figures say so, missing ones are empty."""
    line, given = content.line, content.explanation
    decimals = score_format([line])
    notes = [f"{line.organization}　{line.post}　{line.name}　{line.field_label}领域　{line.mode}"]
    steps = [SheetColumn("步骤", 14), SheetColumn("名称", 34), SheetColumn("权重", 10)]
    steps += [SheetColumn("得分", 10, decimals), SheetColumn("算法和依据", 60)]
    groups = [SheetColumn("测评表", 18), SheetColumn("类别", 34), SheetColumn("权重", 10)]
    groups += [SheetColumn("收回", 8), SheetColumn("有效", 8), SheetColumn("平均分", 10, decimals)]
    groups += [SheetColumn("计算", 50)]
    answers = [SheetColumn(head, width) for head, width in (("测评表", 18), ("类别", 34), ("项目", 30))]
    answers += [SheetColumn("所选", 12), SheetColumn("票数", 8), SheetColumn("占比（%）", 10, "0.0")]
    answers += [SheetColumn("未填", 8)]
    return [
        Table(title, steps, list(_steps(content)), notes=notes, sheet_name="得分"),
        Table(f"{title}：各类别", groups, list(_groups(given)), notes=notes, sheet_name="各类别"),
        Table(f"{title}：票数分布", answers, list(_answers(given)), notes=notes, sheet_name="票数分布"),
    ]


def _steps(content: ResultContent) -> Iterator[Row]:
    given = content.explanation
    for form in given.forms:
        for item in form.items:
            score = cell(item.score, is_hidden=form.hides_items or form.hides_score)
            yield ["项目得分", item.name, item.weight, score, form.name]
        yield ["测评表得分", form.name, "", cell(form.score, is_hidden=form.hides_score), form.formula]
    yield ["测评得分", "", "", cell(given.ballot_score, is_hidden=given.hides_score), ""]
    for part in given.components:
        words = "；".join(
            one for one in (part.raw, part.conversion, part.explanation, part.origin, part.reason) if one
        )
        yield ["得分构成", part.name, part.weight, cell(part.score, is_hidden=part.is_hidden), words]
    for one in given.adjustments:
        yield [one.kind, one.name, "", None, f"录入{one.entered}，计入{one.counted}。{one.note}"]
    yield ["总分", "", "", cell(given.total, is_hidden=given.hides_score), given.total_formula]
    yield ["领域名次", "", "", given.rank, f"共{given.n_in_field}人"]
    yield ["综合评价等次", content.line.grade_label, "", None, _about_grade(content.line)]


def _about_grade(line: PersonLine) -> str:
    """Return why the grade departs from the proposal, and what a reconsideration changed."""
    return "；".join(one for one in (line.reason, line.reconsidered) if one)


def _groups(given: Explanation) -> Iterator[Row]:
    for form in given.forms:
        for group in form.groups:
            yield [form.name, group.name, group.weight, *_group_cells(group)]


def _group_cells(group: GroupLine) -> Row:
    if group.is_hidden:
        return [HIDDEN, HIDDEN, HIDDEN, ""]
    return [group.n_returned, group.n_valid, group.mean, group.formula]


def _answers(given: Explanation) -> Iterator[Row]:
    for form in given.forms:
        for group in form.groups:
            for row in _group_answers(group):
                yield [form.name, group.name, *row]


def _group_answers(group: GroupLine) -> Iterator[Row]:
    if group.is_hidden:
        yield [HIDDEN, "", None, None, None]
    for row in (row for table in group.tables for row in table.rows):
        if row.agreement:
            yield [row.name, row.agreement, None, None, row.n_blank]
        for bar in row.bars:
            yield [row.name, bar.label, bar.n, bar.percent, row.n_blank]
    for line in group.means:
        yield [line.name, line.text, None, None, line.n_blank]
