"""Evaluation forms to start from, named after their layout, never after a place.

Source: reference practice of real forms, domain reference 2 (T1, T5, T9, T10, T13, T14, T15, T18, T23). Where a real form names no
weights, all items weigh the same; where it names no values, four grades are 100/80/60/40 (W8).
"""

from dataclasses import dataclass
from decimal import Decimal

from apps.cycles.domain.grades import BEST_FIRST
from apps.cycles.domain.papers.templates import (
    CommentPolicy,
    Consequence,
    Item,
    ItemKind,
    Option,
    Orientation,
    PaperTemplate,
    RuleKind,
    Scale,
    ValidityRule,
)

GRADES = "grades"
MERITS = "merits"
FOUR_GRADES = Scale(
    GRADES,
    "好、较好、一般、差",
    tuple(
        Option(grade.value, grade.label, Decimal(value))
        for grade, value in zip(BEST_FIRST, (95, 85, 75, 60), strict=True)
    ),
)


@dataclass(frozen=True, slots=True)
class PaperPreset:
    """A layout to start from. ``label`` and ``summary`` are for the page that offers it."""

    key: str
    label: str
    summary: str
    template: PaperTemplate


def graded_item(key: str, text: str, weight: int | Decimal, hint: str = "", *, section: str = "") -> Item:
    """Return an item answered by one of the four grades."""
    return Item(key, text, ItemKind.GRADE, weight=Decimal(weight), hint=hint, section=section, scale=GRADES)


def _graded(
    scale: str, *rows: tuple[str, str], section: str = "", is_required: bool = False
) -> tuple[Item, ...]:
    return tuple(Item(key, text, scale=scale, section=section, is_required=is_required) for key, text in rows)


def _overall(text: str, scale: str, section: str = "", *, is_required: bool = False, hint: str = "") -> Item:
    return Item(
        "overall", text, scale=scale, section=section, hint=hint, is_required=is_required, is_overall=True
    )


def _scale(key: str, labels: str, values: tuple[int, ...], bands: str = "") -> Scale:
    """Return a scale of four labels, or fewer; ``bands`` are printed beside them: "16-20 11-15"."""
    edges = [_edges(band) for band in bands.split()] or [(None, None)] * len(values)
    rows = zip(_OPTION_KEYS[len(values)], labels.split("、"), values, edges, strict=True)
    options = tuple(Option(option, label, Decimal(value), *edge) for option, label, value, edge in rows)
    return Scale(key, labels, options)


def _edges(band: str) -> tuple[Decimal | None, Decimal | None]:
    low, high = band.split("-")
    return Decimal(low), Decimal(high)


_OPTION_KEYS = {4: tuple(grade.value for grade in BEST_FIRST), 3: ("satisfied", "fairly", "unsatisfied")}
HUNDRED_TO_FORTY = (100, 80, 60, 40)
FOUR_STEPS = _scale(GRADES, "好、较好、一般、较差", HUNDRED_TO_FORTY)
FOUR_STEPS_TO_POOR = _scale(GRADES, "好、较好、一般、差", HUNDRED_TO_FORTY)
FOUR_MERITS = _scale(MERITS, "优秀、称职、基本称职、不称职", HUNDRED_TO_FORTY)
VIRTUES = (("de", "德"), ("neng", "能"), ("qin", "勤"), ("ji", "绩"), ("lian", "廉"))
TICK_ONE = "请对每一项在相应栏内画“√”，每项只选一个等次。"
ONE_MARK = ValidityRule(RuleKind.MULTI_MARK, Consequence.ITEM)
ONE_MARK_OR_VOID = ValidityRule(RuleKind.MULTI_MARK, Consequence.BALLOT)
ALL_OR_VOID = ValidityRule(RuleKind.BLANK, Consequence.BALLOT, {"items": []})

STANDARD = PaperTemplate(
    title="述职评议测评表",
    scales=(FOUR_GRADES,),
    items=(
        graded_item("duty", "履行第一责任人职责", 30, "对抓基层党建工作的认识，亲自研究、亲自推动的情况。"),
        graded_item("tasks", "重点任务和工作成效", 30, "年度党建重点任务落实情况和实际效果。"),
        graded_item("problems", "查摆问题和整改落实", 20, "问题找得准不准，上年度问题整改到不到位。"),
        graded_item("overall", "总体评价", 20, "对该同志抓基层党建工作的总体看法。"),
    ),
)

# T1: one page per secretary, six rows, 4/3/2/1 points, every mark compulsory.
SIX_GRADES = PaperTemplate(
    title="抓基层党建述职评议测评表",
    notes="请逐人评价，每人6项，每项选一个等次，全部为必填。",
    scales=(_scale(GRADES, "好、较好、一般、差", (100, 75, 50, 25)),),
    items=(
        _overall("总体评价", GRADES, is_required=True),
        *_graded(
            GRADES,
            ("knowledge", "对抓基层党建工作的认识"),
            ("duty", "履行抓基层党建职责情况"),
            ("tasks", "重点任务落实及成效"),
            ("problems", "查摆问题情况"),
            ("ideas", "下一步工作思路和措施"),
            is_required=True,
        ),
    ),
    rules=(ONE_MARK, ALL_OR_VOID),
)

# T5: names by columns, five virtues of four grades and the overall of four merits: 24 columns to tick.
VIRTUE_MATRIX = PaperTemplate(
    title="领导干部年度考核民主测评表",
    notes=TICK_ONE,
    orientation=Orientation.MATRIX,
    scales=(FOUR_STEPS, FOUR_MERITS),
    items=(*_graded(GRADES, *VIRTUES), _overall("总体评价", MERITS)),
    rules=(ONE_MARK,),
)

# T9: one sheet per person, 19 rows in five groups, the overall at the bottom.
GROUPED_ROWS = PaperTemplate(
    title="民主评议领导干部测评表",
    notes=TICK_ONE,
    scales=(
        FOUR_STEPS_TO_POOR,
        _scale(MERITS, "优秀、称职（较好）、基本称职（一般）、不称职（差）", HUNDRED_TO_FORTY),
    ),
    items=(
        *_graded(
            GRADES,
            ("politics", "政治立场"),
            ("theory", "理论学习"),
            ("policy", "执行方针政策"),
            section="政治思想",
        ),
        *_graded(
            GRADES,
            ("organizing", "组织管理"),
            ("profession", "业务能力"),
            ("coordination", "协调能力"),
            ("efficiency", "工作效率"),
            ("quality", "工作质量"),
            section="工作能力与实绩",
        ),
        *_graded(
            GRADES,
            ("democracy", "执行民主集中制"),
            ("listening", "听取意见"),
            ("unity", "团结协作"),
            ("public", "联系群众"),
            section="民主作风",
        ),
        *_graded(
            GRADES,
            ("ethics", "师德修养"),
            ("example", "以身作则"),
            ("devotion", "敬业奉献"),
            ("care", "关心师生"),
            section="为人师表",
        ),
        *_graded(
            GRADES,
            ("rules", "遵守廉洁规定"),
            ("fairness", "办事公道"),
            ("lifestyle", "生活作风"),
            section="廉洁自律",
        ),
        _overall("综合评价", MERITS, "综合评价"),
    ),
    rules=(ONE_MARK,),
)


def _scored(key: str, text: str, maximum: int) -> Item:
    """Return a number item that weighs as much as it can give, so that the score is the sum."""
    return Item(
        key,
        text,
        ItemKind.NUMBER,
        weight=Decimal(maximum),
        scale=f"of{maximum}",
        hint=f"满分{maximum}分",
        maximum=Decimal(maximum),
    )


BAND_LABELS = "优秀、合格、基本合格、不合格"
EVEN_QUARTERS = (100, 75, 50, 25)

# T10: numbers with printed bands and a tick that must agree with their sum. The source prints no bands for the sum; these begin where
# the sum begins if every item lies in that band, so that five items of one band never contradict the tick of the same name.
BANDED_SCORES = PaperTemplate(
    title="年度考核民主测评表",
    notes="请按各栏所列分数段逐项打分。综合得分为五项之和，综合评价的“√”应与综合得分所在的分数段一致。",
    orientation=Orientation.MATRIX,
    scales=(
        _scale("of20", BAND_LABELS, EVEN_QUARTERS, "16-20 11-15 6-10 0-5"),
        _scale("of15", BAND_LABELS, EVEN_QUARTERS, "12-15 8-11 4-7 0-3"),
        _scale("of30", BAND_LABELS, EVEN_QUARTERS, "25-30 17-24 8-16 0-7"),
        _scale(MERITS, BAND_LABELS, HUNDRED_TO_FORTY, "81-100 55-80 28-54 0-27"),
    ),
    items=(
        _scored("de", "德", 20),
        _scored("neng", "能", 15),
        _scored("qin", "勤", 15),
        _scored("ji", "绩", 30),
        _scored("lian", "廉", 20),
        Item(
            "total", "综合得分", ItemKind.NUMBER, weight=Decimal(0), scale=MERITS, hint="五项之和，可以不填"
        ),
        Item("overall", "综合评价", weight=Decimal(0), scale=MERITS, is_overall=True, hint="与综合得分一致"),
    ),
    rules=(
        ONE_MARK,
        ValidityRule(
            RuleKind.BAND_AGREES,
            Consequence.ITEM,
            {"overall": "overall", "items": ["de", "neng", "qin", "ji", "lian"]},
        ),
        ValidityRule(RuleKind.BAND_AGREES, Consequence.ITEM, {"overall": "overall", "items": ["total"]}),
    ),
)

# T13: sections of items, 100/60/0, words at the end, notes that stay for a while before filling may begin.
READ_FIRST = PaperTemplate(
    title="民主测评表",
    notes=(
        "本次测评不记名。请先阅读说明，再结合平时了解的情况逐项如实评价。\n"
        "每项选“满意”“基本满意”“不满意”之一；不了解的可以不选。意见建议请写具体事情，不写姓名。"
    ),
    must_read_seconds=15,
    scales=(_scale("satisfaction", "满意、基本满意、不满意", (100, 60, 0)),),
    items=(
        *_graded(
            "satisfaction",
            ("policy", "贯彻落实党的路线方针政策和上级决策部署"),
            ("theory", "加强理论学习和思想政治工作"),
            section="党的领导",
        ),
        *_graded(
            "satisfaction",
            ("branches", "基层党组织建设和党员教育管理"),
            ("cadres", "选人用人和干部队伍建设"),
            section="党的建设",
        ),
        *_graded(
            "satisfaction",
            ("duty", "落实全面从严治党责任"),
            ("style", "改进作风、联系服务群众"),
            ("honesty", "遵守廉洁纪律"),
            section="全面从严治党",
        ),
        Item("advice", "意见建议", ItemKind.TEXT, weight=Decimal(0), section="意见建议"),
    ),
    rules=(ONE_MARK,),
)

# T18: three blocks, exactly one √ each, "no missing, no extra".
THREE_BLOCKS = PaperTemplate(
    title="深入考察民主测评表",
    notes="请对每一项画一个“√”，不漏项、不多选；有漏项或多选的，整张票无效。",
    scales=(FOUR_MERITS, FOUR_STEPS),
    items=(
        _overall("总体评价", MERITS, "总体评价", is_required=True),
        *_graded(GRADES, *VIRTUES, section="综合测评", is_required=True),
        *_graded(
            GRADES,
            ("politics", "政治素质"),
            ("profession", "专业素养"),
            ("style", "作风"),
            ("law", "依法办事"),
            ("honesty", "落实廉政责任制"),
            section="专项测评",
            is_required=True,
        ),
    ),
    rules=(ONE_MARK_OR_VOID, ALL_OR_VOID),
)

# T23: one sheet per reporter, a grade and words to him.
GRADE_AND_COMMENT = PaperTemplate(
    title="述职评议表",
    notes="请对每位述职人选一个评价等次，并可写下对述职人的意见和建议。意见建议请写具体事情，不写自己的姓名。",
    scales=(FOUR_STEPS_TO_POOR,),
    items=(_overall("评价等次", GRADES),),
    rules=(ONE_MARK,),
    comments=CommentPolicy.PER_PERSON,
)

# T14: one number per person, quotas at both ends, all equal (and so all full) is void.
SCORE_WITH_QUOTAS = PaperTemplate(
    title="考评票",
    notes=(
        "请给每人打分，满分100分，可有一位小数。90分及以上不超过3人，70分以下不少于2人；"
        "全部满分或全部同分的，整张票无效。"
    ),
    orientation=Orientation.MATRIX,
    items=(Item("score", "得分", ItemKind.NUMBER, step=Decimal("0.1"), is_overall=True),),
    rules=(
        ValidityRule(
            RuleKind.COUNT_LIMIT, Consequence.BALLOT, {"item": "score", "at_least": "90", "max_n": 3}
        ),
        ValidityRule(
            RuleKind.COUNT_LIMIT, Consequence.BALLOT, {"item": "score", "at_most": "69.9", "min_n": 2}
        ),
        ValidityRule(RuleKind.ALL_EQUAL, Consequence.BALLOT, {"items": ["score"]}),
    ),
)

# T15: everybody in one order, no ties, gaps or alterations.
RANKING = PaperTemplate(
    title="评议排序票",
    notes="请按评价从高到低排出名次，第1名写1。名次不并列、不跳号、不涂改，否则整张票无效。",
    orientation=Orientation.MATRIX,
    items=(Item("rank", "排序", ItemKind.RANK, is_overall=True),),
    rules=(ONE_MARK_OR_VOID, ValidityRule(RuleKind.RANK_COMPLETE, Consequence.BALLOT, {"item": "rank"})),
)

PRESETS = {
    preset.key: preset
    for preset in (
        PaperPreset("standard", "四项等次", "四项，每项好、较好、一般、差，权重30、30、20、20。", STANDARD),
        PaperPreset(
            "six_grades",
            "六项等次，全部必填",
            "一人一页，六项按4、3、2、1计分，漏填则整张票无效。",
            SIX_GRADES,
        ),
        PaperPreset("virtue_matrix", "德能勤绩廉整表", "姓名在行、五项在列，末列总体评价。", VIRTUE_MATRIX),
        PaperPreset("grouped_rows", "分组细项", "一人一页，五组十九项，末行综合评价。", GROUPED_ROWS),
        PaperPreset(
            "banded_scores", "分项打分加等次", "德能勤绩廉按分数段打分，等次须与总分一致。", BANDED_SCORES
        ),
        PaperPreset("read_first", "先读说明再测评", "分版块三档评价，附意见建议，先读15秒说明。", READ_FIRST),
        PaperPreset(
            "three_blocks",
            "总体、综合、专项三块",
            "每项必选且只选一个，漏选、多选则整张票无效。",
            THREE_BLOCKS,
        ),
        PaperPreset("grade_comment", "等次加意见建议", "每人一个评价等次和一段意见建议。", GRADE_AND_COMMENT),
        PaperPreset(
            "score_quotas",
            "打分限额",
            "每人一个分数，高分、低分有人数限额，不得全部同分。",
            SCORE_WITH_QUOTAS,
        ),
        PaperPreset("ranking", "排名次", "给所有人排出名次，不并列、不跳号。", RANKING),
    )
}
