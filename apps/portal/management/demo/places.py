"""Organizations of the demonstration district: seven fields, some 60 units, 300 branches."""

from collections.abc import Iterator
from dataclasses import dataclass

from apps.organizations.domain.kinds import OrganizationKind

ROOT_CODE = "QH"
ROOT_NAME = "中共青禾区委员会"

COMMITTEE, WORK, GROUP = (
    OrganizationKind.COMMITTEE,
    OrganizationKind.WORK_COMMITTEE,
    OrganizationKind.LEADING_GROUP,
)
GENERAL = OrganizationKind.GENERAL_BRANCH


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit right below the district, with the names of its branches."""

    code: str
    name: str
    kind: OrganizationKind
    field: str
    branches: tuple[str, ...]


TOWNS = ("柳湾镇", "松石镇", "白鹭镇", "红杉镇", "云坪乡", "石渠镇", "芦溪镇", "杏花岭乡", "南塬镇")
STREETS = (
    "朝霞街道",
    "和畅街道",
    "新苑街道",
    "锦河街道",
    "春晖街道",
    "文澜街道",
    "百合街道",
    "望江街道",
    "槐荫街道",
)
VILLAGES = (
    "东湾村",
    "上坪村",
    "下坪村",
    "前营村",
    "后营村",
    "新民村",
    "大树村",
    "清水沟村",
    "黄土坡村",
    "三合村",
)
QUARTERS = (
    "惠民社区",
    "向阳社区",
    "书香社区",
    "景园社区",
    "团结里社区",
    "兴盛社区",
    "梧桐社区",
    "平安里社区",
)
NEW_UNITS = (
    ("区两新组织工委", WORK, ("区个体私营企业协会", "青禾商会")),
    ("区物流快递行业党委", COMMITTEE, ("禾运物流", "捷达快递青禾分公司", "城配公司", "青禾外卖配送站")),
    ("区互联网行业党委", COMMITTEE, ("青禾数科公司", "云上禾苗公司", "禾田电商公司")),
    ("区社会组织综合党委", COMMITTEE, ("青禾社工服务中心", "暖阳养老服务中心", "青禾志愿者协会")),
    ("区建材市场党总支", GENERAL, ("建材市场一区", "建材市场二区")),
    (
        "青禾工业园区党工委",
        WORK,
        ("禾丰食品公司", "恒禾机械公司", "青禾新材料公司", "金穗饲料公司", "禾康药业公司"),
    ),
    ("区律师行业党委", COMMITTEE, ("青禾天平律师事务所", "正衡律师事务所")),
    ("区商圈党总支", GENERAL, ("万禾广场", "老街步行街")),
)
AGENCY_UNITS = (
    "区直属机关工委",
    "区发展和改革局",
    "区财政局",
    "区民政局",
    "区人力资源和社会保障局",
    "区自然资源分局",
    "区住房和城乡建设局",
    "区农牧水利局",
    "区市场监督管理局",
    "区司法局",
    "区审计局",
    "区统计局",
)
SOE_UNITS = (
    "青禾城投集团",
    "青禾水务公司",
    "青禾公交公司",
    "青禾文旅集团",
    "青禾粮食储备公司",
    "青禾热力公司",
    "青禾国资运营公司",
)
HEALTH_UNITS = (
    "区卫生健康系统",
    "区人民医院",
    "区中医医院",
    "区妇幼保健院",
    "区疾病预防控制中心",
    "区第二人民医院",
    "朝霞社区卫生服务中心",
)
SCHOOL_UNITS = (
    "区教育系统",
    "青禾第一中学",
    "青禾第二中学",
    "青禾实验小学",
    "文澜小学",
    "锦河中学",
    "青禾职业学校",
    "春晖幼儿园",
)


def units() -> Iterator[Unit]:
    """Yield all units right below the district, field by field."""
    for no, town in enumerate(TOWNS, start=1):
        branches = tuple(f"{town}{VILLAGES[(no + k) % len(VILLAGES)]}党支部" for k in range(9))
        yield Unit(
            f"QH-N{no:02}",
            f"{town}党委",
            COMMITTEE,
            "rural",
            branches,
        )
    for no, street in enumerate(STREETS, start=1):
        branches = tuple(f"{street}{QUARTERS[(no + k) % len(QUARTERS)]}党支部" for k in range(8))
        yield Unit(f"QH-C{no:02}", f"{street}党工委", WORK, "urban", branches)
    for no, (name, kind, members) in enumerate(NEW_UNITS, start=1):
        yield Unit(f"QH-X{no:02}", name, kind, "new", tuple(f"{member}党支部" for member in members))
    yield from _numbered(
        "J", AGENCY_UNITS, "党组", GROUP, "agency", ("机关第一党支部", "机关第二党支部", "离退休党支部")
    )
    yield from _numbered(
        "G",
        SOE_UNITS,
        "党委",
        COMMITTEE,
        "soe",
        ("总部党支部", "一分公司党支部", "二分公司党支部", "后勤党支部"),
    )
    yield from _numbered(
        "W",
        HEALTH_UNITS,
        "党委",
        COMMITTEE,
        "health",
        ("门诊党支部", "内科党支部", "外科党支部", "行政后勤党支部"),
    )
    yield from _numbered(
        "Y",
        SCHOOL_UNITS,
        "党总支",
        GENERAL,
        "education",
        ("教工第一党支部", "教工第二党支部", "行政党支部", "退休教师党支部"),
    )


def _numbered(
    letter: str,
    names: tuple[str, ...],
    suffix: str,
    kind: OrganizationKind,
    field: str,
    branches: tuple[str, ...],
) -> Iterator[Unit]:
    for no, name in enumerate(names, start=1):
        own, own_kind, title = suffix, kind, name
        if name.endswith("工委"):
            own, own_kind = "", WORK
        yield Unit(
            f"QH-{letter}{no:02}", f"{title}{own}", own_kind, field, tuple(f"{name}{b}" for b in branches)
        )
