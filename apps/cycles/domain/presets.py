"""Schemes to start from, named after their pattern, never after a place.

Source: reference practice of weights and composition (60/40 two ballots, 30–30–40, 50/50, six classes of evaluators);
thresholds 90/80/70, and "较好 or lower ≥ 15 %" as the quota. Every number can be changed while the cycle is a draft.
"""

from dataclasses import dataclass
from decimal import Decimal

from apps.cycles.domain.grades import Grade
from apps.cycles.domain.papers.presets import STANDARD
from apps.cycles.domain.plans import (
    ComponentPlan,
    GradePlan,
    GroupPlan,
    PaperPlan,
    SchemePlan,
    SchemeRules,
    SectionPlan,
)
from apps.cycles.domain.schemes import ComponentKind, SectionKind


@dataclass(frozen=True, slots=True)
class Preset:
    """A named pattern with one sentence on what it is good for."""

    key: str
    label: str
    summary: str
    plan: SchemePlan


def _groups(*pairs: tuple[str, int]) -> tuple[GroupPlan, ...]:
    return tuple(GroupPlan(name, Decimal(weight)) for name, weight in pairs)


def _components(*triples: tuple[str, ComponentKind, int]) -> tuple[ComponentPlan, ...]:
    return tuple(ComponentPlan(name, kind, Decimal(weight)) for name, kind, weight in triples)


BALLOT, IMPORTED = ComponentKind.BALLOT, ComponentKind.IMPORTED
TWO_BALLOTS = _groups(("A票 党委班子", 60), ("B票 书记和党务部门负责人", 40))

PAPERS = (PaperPlan("测评表", STANDARD, "standard"),)
GRADES = tuple(
    GradePlan(grade, Decimal(start))
    for grade, start in [(Grade.GOOD, 90), (Grade.FAIRLY_GOOD, 80), (Grade.AVERAGE, 70), (Grade.POOR, 0)]
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


def _preset(
    key: str,
    label: str,
    summary: str,
    groups: tuple[GroupPlan, ...],
    components: tuple[ComponentPlan, ...],
) -> Preset:
    return Preset(key, label, summary, SchemePlan(groups, PAPERS, GRADES, components, SECTIONS, rules=RULES))


ALL = (
    _preset(
        "60-40",
        "60/40 两类票",
        "总分全部来自现场测评，A票占60%，B票占40%。",
        TWO_BALLOTS,
        _components(("现场测评", BALLOT, 100)),
    ),
    _preset(
        "30-30-40",
        "日常30 核查30 测评40",
        "平时考核、实地核查各占30%，上级评和下级评两类票合占40%。",
        _groups(("上级评", 50), ("下级评", 50)),
        _components(("平时考核", IMPORTED, 30), ("实地核查", IMPORTED, 30), ("现场测评", BALLOT, 40)),
    ),
    _preset(
        "50-50",
        "50/50",
        "现场测评与党建工作综合考核各占一半。",
        TWO_BALLOTS,
        _components(("现场测评", BALLOT, 50), ("党建工作综合考核", IMPORTED, 50)),
    ),
    _preset(
        "40-60",
        "测评40 考核60",
        "述职测评占40%，平时考核、领导班子考核、绩效考核各占20%。",
        _groups(("全委会成员", 60), ("本单位干部", 40)),
        _components(
            ("现场测评", BALLOT, 40),
            ("平时考核", IMPORTED, 20),
            ("领导班子考核", IMPORTED, 20),
            ("绩效考核", IMPORTED, 20),
        ),
    ),
    _preset(
        "six-groups",
        "六类测评主体",
        "六类人员分别取平均分，再按15、15、20、10、15、25加权。",
        _groups(
            ("上级领导", 15),
            ("班子成员", 15),
            ("党务部门负责人", 20),
            ("同级书记", 10),
            ("两代表一委员", 15),
            ("党员群众代表", 25),
        ),
        _components(("现场测评", BALLOT, 100)),
    ),
)
PRESETS = {preset.key: preset for preset in ALL}
COPIED = "copied"


def preset_label(key: str) -> str:
    """Return the name of a preset for people; a copied scheme says so."""
    if key == COPIED:
        return "沿用上年方案"
    return PRESETS[key].label if key in PRESETS else key
