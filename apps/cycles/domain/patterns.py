"""Twelve weight patterns that are really in use, as whole schemes, and the pieces that schemes are made of.

Source: reference practice, domain reference 1.6 (W1-W12). Figures are the source's own; where it is silent, the usual pieces of
this module stand in: thresholds 90/80/70, "较好 or lower ≥ 15 %" as the quota of 好, four grades on the ballot. Each is named after
its pattern, never after a place, and ``tests/scoring/test_patterns.py`` works each out by hand.
"""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from apps.cycles.domain.conversions import PLAIN, Band, ConversionPlan, ShareBand
from apps.cycles.domain.grades import BEST_FIRST, Grade
from apps.cycles.domain.papers.presets import FOUR_MERITS, MERITS, STANDARD
from apps.cycles.domain.papers.templates import Item, ItemKind, PaperTemplate, Scale
from apps.cycles.domain.plans import (
    AdjustmentPlan,
    ComponentPlan,
    GradePlan,
    GroupPlan,
    PaperPlan,
    SchemePlan,
    SchemeRules,
    SectionPlan,
)
from apps.cycles.domain.schemes import AdjustmentKind, ComponentKind, Conversion, SectionKind

BALLOT, SHARE, IMPORTED = ComponentKind
BONUS, DEDUCTION = AdjustmentKind


def groups(*pairs: tuple[str, int]) -> tuple[GroupPlan, ...]:
    """Return classes of evaluators by name and weight."""
    return tuple(GroupPlan(name, Decimal(weight)) for name, weight in pairs)


def part(
    name: str,
    kind: ComponentKind,
    weight: int,
    *,
    paper: str = "",
    conversion: ConversionPlan = PLAIN,
    full_marks: int | None = None,
) -> ComponentPlan:
    """Return one part of the total."""
    full = None if full_marks is None else Decimal(full_marks)
    return ComponentPlan(name, kind, Decimal(weight), paper, conversion=conversion, full_marks=full)


def adjustment(
    kind: AdjustmentKind, name: str, least: str, most: str = "", limit: str = ""
) -> AdjustmentPlan:
    """Return a line of bonus or deduction; without ``most`` it is fixed, without ``limit`` unlimited."""
    return AdjustmentPlan(
        name, kind, Decimal(least), Decimal(most or least), Decimal(limit) if limit else None
    )


TWO_BALLOTS = groups(("A票 党委班子", 60), ("B票 书记和党务部门负责人", 40))
PAPERS = (PaperPlan("测评表", STANDARD, "standard"),)
GRADES = tuple(
    GradePlan(grade, Decimal(start)) for grade, start in zip(BEST_FIRST, (90, 80, 70, 0), strict=True)
)
SECTIONS = (
    SectionPlan(
        "上年度问题整改情况", SectionKind.FOLLOW_UP, "逐条说明去年点评指出的问题整改到什么程度。", 0, 1000
    ),
    SectionPlan(
        "履行第一责任人职责情况", SectionKind.TEXT, "写“我”做了什么，不以“党委”“班子”代替个人。", 100, 1200
    ),
    SectionPlan("主要做法和成效", SectionKind.TEXT, "用数据和事例说话，业务工作不代替党建工作。", 100, 1200),
    SectionPlan(
        "存在的突出问题和原因",
        SectionKind.PROBLEMS,
        "问题要具体到人到事，原因从思想、责任、方法上找。",
        200,
        2000,
    ),
    SectionPlan("下一步思路和措施", SectionKind.TEXT, "措施可检查、有时限，与查摆的问题对应。", 100, 1200),
)
RULES = SchemeRules(good_quota=Decimal(85), min_problem_share=Decimal(33))


def scheme(
    voters: tuple[GroupPlan, ...],
    components: tuple[ComponentPlan, ...],
    *,
    papers: tuple[PaperPlan, ...] = PAPERS,
    adjustments: tuple[AdjustmentPlan, ...] = (),
    rules: SchemeRules = RULES,
) -> SchemePlan:
    """Return a scheme of these pieces and the usual ones for the rest."""
    return SchemePlan(voters, papers, GRADES, components, SECTIONS, adjustments=adjustments, rules=rules)


def _form(
    title: str, *rows: tuple[str, str, int], scale: Scale = FOUR_MERITS, section: str = ""
) -> PaperTemplate:
    """Return a form of graded rows (key, text, weight)."""
    items = tuple(
        Item(key, text, weight=Decimal(weight), scale=scale.key, section=section)
        for key, text, weight in rows
    )
    return PaperTemplate(title=title, items=items, scales=(scale,))


SIXTY_FORTY = scheme(TWO_BALLOTS, (part("现场测评", BALLOT, 100),))
# W1: ballot A 60 %, ballot B 40 %; two subjects on the same ballot, each scored apart. The source weighs them alike.
TWO_SUBJECTS = scheme(
    TWO_BALLOTS,
    (part("党建工作", BALLOT, 50, paper="党建工作"), part("网站建设", BALLOT, 50, paper="网站建设")),
    papers=(
        PaperPlan("党建工作", STANDARD, "standard"),
        PaperPlan(
            "网站建设",
            _form("网站建设测评表", ("content", "内容更新", 50), ("safety", "安全管理", 50)),
        ),
    ),
)
# W2: daily appraisal 30, verification visit 30, ballots of superiors and inferiors 40.
THIRTY_THIRTY_FORTY = scheme(
    groups(("上级评", 50), ("下级评", 50)),
    (part("平时考核", IMPORTED, 30), part("实地核查", IMPORTED, 30), part("现场测评", BALLOT, 40)),
)
# W3: 40 of 100 from the meeting, of which 24 from the plenum and 16 from the own unit; 60 from three appraisals.
FORTY_SIXTY = scheme(
    groups(("全委会成员", 60), ("本单位干部", 40)),
    (
        part("现场测评", BALLOT, 40),
        part("平时考核", IMPORTED, 20),
        part("领导班子考核", IMPORTED, 20),
        part("绩效考核", IMPORTED, 20),
    ),
)
# W4: the secretary's report, marked out of 100, and the branch's own appraisal, half each.
FIFTY_FIFTY = scheme(TWO_BALLOTS, (part("现场测评", BALLOT, 50), part("党建工作综合考核", IMPORTED, 50)))
_MARKED = Item("score", "述职评议得分", ItemKind.NUMBER, weight=Decimal(100))
MARKED_FIFTY_FIFTY = replace(
    FIFTY_FIFTY,
    papers=(PaperPlan("述职评分表", PaperTemplate(title="述职评议评分表", items=(_MARKED,))),),
    components=(part("书记述职评议", BALLOT, 50), part("支部综合评价", IMPORTED, 50)),
)
# W5: plenum members mark four aspects in nine items; the result enters the annual appraisal at 10 %.
_NINE = {
    "履行责任": ("研究部署", "带头示范", "责任落实"),
    "重点任务": ("组织建设", "队伍建设"),
    "问题整改": ("查摆问题", "整改落实"),
    "工作实效": ("党员评价", "群众口碑"),
}
NINE_ITEMS = scheme(
    groups(
        ("全委会成员", 100),
    ),
    (part("现场测评", BALLOT, 100),),
    papers=(
        PaperPlan(
            "四个方面九项测评表",
            PaperTemplate(
                title="抓基层党建工作测评表",
                items=tuple(
                    Item(f"q{n}", text, scale=MERITS, section=aspect)
                    for n, (aspect, text) in enumerate(
                        ((aspect, text) for aspect, texts in _NINE.items() for text in texts), start=1
                    )
                ),
                scales=(FOUR_MERITS,),
            ),
        ),
    ),
    rules=replace(RULES, annual_weight=Decimal(10)),
)
# W6: target management 70, ballot 20, judgement of the group 10.
SEVENTY_TWENTY_TEN = scheme(
    groups(("乡镇党政班子", 50), ("村干部和党员群众代表", 50)),
    (
        part("目标管理", IMPORTED, 70),
        part("现场测评", BALLOT, 20),
        part("考核组评价", IMPORTED, 10),
    ),
)
# W7, of 1000: projects 600 as a ratio to the best; the leaders' ranking 200, each place 2 % less; ballot 200 by the share of 优秀:
# 90 % 200, 80 % 190, 70 % 180, 60 % 170, below 160, but 130 where 基本称职 and 不称职 reach a third. In per cent of each part here.
EXCELLENT_BY_BANDS = ConversionPlan(
    Conversion.BANDS,
    bands=tuple(
        Band(Fraction(share), Fraction(score))
        for share, score in ((90, 100), (80, 95), (70, 90), (60, 85), (0, 80))
    ),
    overrides=(ShareBand((Grade.AVERAGE.value, Grade.POOR.value), Fraction(100, 3), Fraction(65)),),
)
BANDED = scheme(
    groups(("领导班子成员", 50), ("中层干部和代表", 50)),
    (
        part("重点项目", IMPORTED, 60, conversion=ConversionPlan(Conversion.BEST_RATIO), full_marks=600),
        part("市领导排序", IMPORTED, 20, conversion=ConversionPlan(Conversion.PLACE, step=Fraction(2))),
        ComponentPlan(
            "民主测评优秀率",
            SHARE,
            Decimal(20),
            "民主测评表",
            item="overall",
            options=(Grade.GOOD.value,),
            conversion=EXCELLENT_BY_BANDS,
        ),
    ),
    papers=(
        PaperPlan(
            "民主测评表",
            PaperTemplate(
                title="领导干部民主测评表",
                items=(Item("overall", "总体评价", scale=MERITS, is_overall=True),),
                scales=(FOUR_MERITS,),
            ),
        ),
    ),
)
# W8: grades of 100/80/60/40 by valid ballots, items 30/30/40; leaders 20, staff 40, appraisal group 40; and a bonus.
BY_VALID_BALLOTS = scheme(
    groups(("领导", 20), ("干部职工", 40), ("考核组", 40)),
    (part("实绩测评", BALLOT, 100),),
    papers=(
        PaperPlan(
            "实绩量化测评表",
            _form(
                "实绩量化测评表",
                ("duty", "履行职责", 30),
                ("tasks", "完成任务", 30),
                ("effect", "工作实绩", 40),
            ),
        ),
    ),
    adjustments=(adjustment(BONUS, "受到上级表彰", "1", "3", "5"),),
    rules=replace(RULES, bonus_limit=Decimal(5)),
)
# W9: ten items of ten points, four grades worth 1.0, 0.8, 0.6, 0.4 of them, in place of the share of 好.
TEN_ITEMS = scheme(
    groups(
        ("党员和群众代表", 100),
    ),
    (part("现场测评", BALLOT, 100),),
    papers=(
        PaperPlan(
            "十项测评表",
            _form("党建工作测评表", *((f"q{n}", f"第{n}项工作", 10) for n in range(1, 11))),
        ),
    ),
)
# W10: six classes of evaluators, the mean inside each class first.
SIX_GROUPS = scheme(
    groups(
        ("上级领导", 15),
        ("班子成员", 15),
        ("党务部门负责人", 20),
        ("同级书记", 10),
        ("两代表一委员", 15),
        ("党员群众代表", 25),
    ),
    (part("现场测评", BALLOT, 100),),
)
# W11: grass-roots Party building 30 of a town's 100 targets, a bonus of at most 5.
TOWN_TARGETS = scheme(
    TWO_BALLOTS,
    (part("基层党建述职评议", BALLOT, 30), part("其他工作目标考核", IMPORTED, 70)),
    adjustments=(adjustment(BONUS, "创新做法被上级推广", "0.5", "3"),),
    rules=replace(RULES, bonus_limit=Decimal(5)),
)
# W12: points deducted directly from the score.
DIRECT_DEDUCTIONS = scheme(
    TWO_BALLOTS,
    (part("现场测评", BALLOT, 100),),
    adjustments=(
        adjustment(DEDUCTION, "违反中央八项规定精神（按职级）", "0.5", "3"),
        adjustment(DEDUCTION, "书记被移送司法机关", "10"),
        adjustment(DEDUCTION, "班子成员被移送司法机关", "5"),
        adjustment(DEDUCTION, "支部书记被移送司法机关", "2"),
        adjustment(DEDUCTION, "违规上访（按层级）", "1", "3"),
        adjustment(DEDUCTION, "发生致人死亡的群体性事件", "3"),
    ),
)
PATTERNS = {
    "W1": TWO_SUBJECTS,
    "W2": THIRTY_THIRTY_FORTY,
    "W3": FORTY_SIXTY,
    "W4": MARKED_FIFTY_FIFTY,
    "W5": NINE_ITEMS,
    "W6": SEVENTY_TWENTY_TEN,
    "W7": BANDED,
    "W8": BY_VALID_BALLOTS,
    "W9": TEN_ITEMS,
    "W10": SIX_GROUPS,
    "W11": TOWN_TARGETS,
    "W12": DIRECT_DEDUCTIONS,
}
