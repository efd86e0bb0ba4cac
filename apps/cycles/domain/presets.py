"""Schemes to start from, named after their pattern, never after a place. Every number can be changed while the cycle is a draft."""

from dataclasses import dataclass

from apps.cycles.domain import patterns
from apps.cycles.domain.plans import SchemePlan


@dataclass(frozen=True, slots=True)
class Preset:
    """A named pattern with one sentence on what it is good for."""

    key: str
    label: str
    summary: str
    plan: SchemePlan


ALL = (
    Preset("60-40", "60/40 两类票", "总分全部来自现场测评，A票占60%，B票占40%。", patterns.SIXTY_FORTY),
    Preset(
        "30-30-40",
        "日常30 核查30 测评40",
        "平时考核、实地核查各占30%，上级评和下级评两类票合占40%。",
        patterns.THIRTY_THIRTY_FORTY,
    ),
    Preset("50-50", "50/50", "现场测评与党建工作综合考核各占一半。", patterns.FIFTY_FIFTY),
    Preset(
        "banded",
        "分段折算",
        "重点项目与最高者相比占60%，领导排序按名次折算占20%，优秀率分段折算占20%。",
        patterns.BANDED,
    ),
    Preset(
        "40-60",
        "测评40 考核60",
        "述职测评占40%，平时考核、领导班子考核、绩效考核各占20%。",
        patterns.FORTY_SIXTY,
    ),
    Preset(
        "70-20-10",
        "目标70 测评20 评价10",
        "目标管理占70%，现场测评占20%，考核组评价占10%。",
        patterns.SEVENTY_TWENTY_TEN,
    ),
    Preset(
        "six-groups",
        "六类测评主体",
        "六类人员分别取平均分，再按15、15、20、10、15、25加权。",
        patterns.SIX_GROUPS,
    ),
    Preset(
        "bonus",
        "测评加表彰加分",
        "三项测评按30、30、40加权，领导、干部职工、考核组按20、40、40加权，另加表彰分，最多5分。",
        patterns.BY_VALID_BALLOTS,
    ),
    Preset(
        "deductions",
        "测评加直接扣分",
        "总分来自两类票，发生违纪、上访、群体性事件等情形的直接扣分。",
        patterns.DIRECT_DEDUCTIONS,
    ),
)
PRESETS = {preset.key: preset for preset in ALL}
COPIED = "copied"


def preset_label(key: str) -> str:
    """Return the name of a preset for people; a copied scheme says so."""
    if key == COPIED:
        return "沿用上年方案"
    return PRESETS[key].label if key in PRESETS else key
