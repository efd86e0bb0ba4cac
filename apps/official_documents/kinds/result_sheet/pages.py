"""The words of a result sheet, in the order of the explanation page."""

from collections.abc import Sequence

from reportlab.graphics.shapes import Drawing

from apps.common.domain.chinese_dates import chinese_date
from apps.common.domain.formats import MISSING
from apps.documents.kit.charts import stacked_bars
from apps.documents.kit.paper import Paper
from apps.official_documents.kinds.reading import HIDDEN, grade_label, shown
from apps.official_documents.kinds.result_sheet.contents import ResultContent
from apps.scoring.selectors.distributions import ItemLine
from apps.scoring.selectors.explanations import ComponentLine, Explanation, FormLine, GroupLine

HIDES_ALL = (
    "有效票不足{k}张，为保护填票人，得分和各类别数字都不显示；名次仍按实际得分确定，等次由会议研究确定。"
)
HIDES_GROUP = "标“不显示”的类别有效票少于{k}张，为保护填票人不单独列出；为防止相减推算，可能另有一个类别一并不显示。它们照常计入得分。"
BALLOT_RULE = "一张票的得分＝各项“权重×分值”之和÷已填各项权重之和；{blank}，计分项目全部未填为弃权。"
ROUNDING = "计算用精确分数，只在最后四舍五入一次，用表中数字验算时末位可能相差1。"
HIDES_ITEMS = "有的类别有效票太少，分项得分不显示，以免推算出个别票。"

BAND = "与{names}的总分差距很小，难分先后，都在第{low}—{high}名之间，研究时宜同等看待。"
LABEL_EM = 9  # points of a character beside a bar


def write(paper: Paper, content: ResultContent) -> None:
    """Write everything between title and signature."""
    _person(paper, content)
    paper.heading("一、每张票的得分")
    _rules(paper, content.explanation)
    paper.heading("二、各类别平均分")
    for form in content.explanation.forms:
        _groups(paper, form, content.explanation)
    paper.heading("三、测评得分")
    for form in content.explanation.forms:
        _form_score(paper, form, names_form=len(content.explanation.forms) > 1)
    paper.heading("四、总分")
    _total(paper, content.explanation)
    paper.heading("五、名次和等次")
    paper.paragraph(_rank(content))
    paper.paragraph(_grade(content))


def _person(paper: Paper, content: ResultContent) -> None:
    line, given = content.line, content.explanation
    paper.table(
        ("姓名", "党组织", "职务", "领域", "述职方式"),
        [[line.name, line.organization, line.post, line.field_label, line.mode]],
        (26, 52, 34, 18, 26),
        "clccc",
    )
    rank = MISSING if given.rank is None else f"第{given.rank}名（共{given.n_in_field}人）"
    scores = [shown(value, is_hidden=given.hides_score) for value in (given.ballot_score, given.total)]
    paper.table(
        ("测评得分", "总分", "领域名次", "综合评价等次"),
        [[*scores, rank, line.grade_label]],
        (39,) * 4,
        "cccc",
    )
    for reason in given.missing:
        paper.paragraph(reason)
    if given.hides_score:
        paper.paragraph(HIDES_ALL.format(k=given.k_min))


def _rules(paper: Paper, given: Explanation) -> None:
    for form in given.forms:
        prefix = f"{form.name}：" if len(given.forms) > 1 else ""
        rules = "；".join(form.point_rules) or "本表没有计分的项目"
        paper.paragraph(f"{prefix}每项所选折算分值：{rules}。")
    paper.paragraph(BALLOT_RULE.format(blank=given.blank_rule))


def _groups(paper: Paper, form: FormLine, given: Explanation) -> None:
    caption = f"{form.name}：各类别平均分" if len(given.forms) > 1 else ""
    head = ("类别", "权重", "收回", "有效", "平均分")
    rows = [_group_row(group) for group in form.groups]
    paper.table(head, rows, (72, 20, 20, 20, 24), "lcccr", caption=caption)
    paper.paragraph(f"{given.trim_rule}。平均分的除数：{given.denominator}。")
    if form.has_hidden_groups and not given.hides_score:
        paper.paragraph(HIDES_GROUP.format(k=given.k_min))
    for group in form.groups:
        if not group.is_hidden:
            _distribution(paper, group)


def _group_row(group: GroupLine) -> list[object]:
    if group.is_hidden:
        return [group.name, group.weight, HIDDEN, HIDDEN, HIDDEN]
    return [group.name, group.weight, group.n_returned, group.n_valid, shown(group.mean, is_hidden=False)]


def _distribution(paper: Paper, group: GroupLine) -> None:
    """How one group answered: counts as a table, and the same as bars."""
    paper.heading(group.name, level=2)
    paper.paragraph(f"{group.formula}。" if group.formula else "没有有效票。")
    if group.trimming:
        cut = group.trimming
        paper.paragraph(
            f"去掉{cut.n_dropped}张最高、最低分的票；不去掉时平均分为{cut.without}，相差{cut.change}分。"
        )
    for table in group.tables:
        spread = [row for row in table.rows if row.bars]
        for row in table.rows:
            if row.agreement:
                paper.paragraph(f"{row.name}：{row.agreement}；未填{row.n_blank}张。")
        if spread:
            rows = [[x.name, *(f"{b.n}（{b.percent}%）" for b in x.bars), x.n_blank] for x in spread]
            n = len(table.headings)
            paper.table(
                ("项目", *table.headings, "未填"), rows, (42, *([100 / n] * n), 14), "l" + "c" * (n + 1)
            )
            paper.figure(_bars(table.headings, spread))
    for line in group.means:
        paper.paragraph(f"{line.name}：{line.text}；未填{line.n_blank}张。")


def _bars(headings: Sequence[str], rows: Sequence[ItemLine]) -> Drawing:
    labels = [row.name for row in rows]
    series = {head: [row.bars[place].n for row in rows] for place, head in enumerate(headings)}
    return stacked_bars(labels, series, label_width=LABEL_EM * max(len(label) for label in labels) + 10)


def _form_score(paper: Paper, form: FormLine, *, names_form: bool) -> None:
    prefix = f"{form.name}：" if names_form else ""
    if form.hides_score:
        paper.paragraph(f"{prefix}有效票不足，不显示。")
        return
    paper.paragraph(f"{prefix}{form.formula}。" if form.formula else f"{prefix}还算不出。")
    if form.hides_items:
        paper.paragraph(HIDES_ITEMS)
    elif form.items:
        rows = [[item.name, item.weight, shown(item.score, is_hidden=False)] for item in form.items]
        paper.table(("项目", "权重", "得分（各类别加权）"), rows, (90, 26, 40), "lcr")
    paper.paragraph(ROUNDING)


def _total(paper: Paper, given: Explanation) -> None:
    rows = [
        [
            part.name,
            part.weight,
            part.raw or MISSING,
            _conversion(part),
            _component_score(part),
            _origin(part),
        ]
        for part in given.components
    ]
    head = ("构成", "权重", "原始数据", "折算", "得分", "依据")
    paper.table(head, rows, (26, 15, 24, 35, 18, 38), "lcclrl")
    if given.has_adjustments:
        paper.paragraph(f"{given.base_formula}。" if given.base_formula else "")
        lines = [
            [one.kind, one.name, one.entered, one.counted, one.note or MISSING] for one in given.adjustments
        ]
        paper.table(
            ("类别", "情形", "录入", "计入", "说明"), lines, (18, 62, 22, 22, 32), "clccl", caption="加分扣分"
        )
        if not given.hides_score:
            paper.paragraph(f"加分合计{given.bonus}分，扣分合计{given.deduction}分。")
    if given.total_formula:
        paper.paragraph(f"{given.total_formula}。")


def _conversion(part: ComponentLine) -> str:
    return "；".join(words for words in (part.conversion, part.explanation) if words) or "不折算"


def _origin(part: ComponentLine) -> str:
    return "；".join(words for words in (part.origin, part.reason) if words)


def _component_score(part: ComponentLine) -> str:
    if part.is_hidden:
        return HIDDEN
    return "缺" if part.score is None else f"{part.score}"


def _rank(content: ResultContent) -> str:
    given, field = content.explanation, content.line.field_label
    if given.rank is None:
        return "本领域还有人没有总分，暂不排名。"
    sharing = f"，与另外{given.n_sharing}人并列" if given.n_sharing else ""
    return f"{field}领域共{given.n_in_field}人，按总分排第{given.rank}名{sharing}。总分相同的名次相同，其后名次顺延。{_near(given)}"


def _near(given: Explanation) -> str:
    """Whom the ballots do not tell apart, in one sentence; empty without any."""
    band = given.band
    if band is None:
        return ""
    return BAND.format(names="、".join(band.names), low=band.from_rank, high=band.to_rank)


def _grade(content: ResultContent) -> str:
    line = content.line
    proposed = f"建议等次为“{grade_label(line.proposed)}”" if line.proposed else "没有建议等次"
    if not line.grade or content.signed_on is None:
        return f"{proposed}，等次尚未签发。"
    reason = f"，理由：{line.reason.rstrip('。')}" if line.is_departure and line.reason else ""
    again = f"；{line.reconsidered}" if line.reconsidered else ""
    return f"{proposed}；{chinese_date(content.signed_on)}签发的综合评价等次为“{grade_label(line.decided)}”{reason}{again}。"
