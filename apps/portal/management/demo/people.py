"""Invented names, drawn from a fixed seed so that every demonstration district is the same."""

from collections.abc import Iterator
from datetime import date
from random import Random

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
GIVEN_MALE = (
    "建",
    "国",
    "志",
    "明",
    "海",
    "涛",
    "伟",
    "强",
    "军",
    "平",
    "文",
    "斌",
    "立",
    "新",
    "永",
    "昌",
    "德",
    "华",
    "庆",
    "林",
    "东",
    "升",
    "学",
    "良",
)
GIVEN_FEMALE = (
    "秀",
    "英",
    "丽",
    "娟",
    "敏",
    "静",
    "淑",
    "芬",
    "玉",
    "兰",
    "晓",
    "燕",
    "红",
    "梅",
    "雪",
    "莲",
    "春",
    "霞",
    "桂",
    "珍",
    "慧",
    "芳",
)


def people(seed: int) -> Iterator[tuple[str, str, date, str]]:
    """Yield ``(name, gender, born_on, phone)`` without end and without repeating a name."""
    draw = Random(seed)  # noqa: S311 -- invented people, not a secret
    seen: set[str] = set()
    while True:
        gender = "male" if draw.random() < 0.62 else "female"  # noqa: PLR2004 -- share of men among secretaries
        pool = GIVEN_MALE if gender == "male" else GIVEN_FEMALE
        name = draw.choice(SURNAMES) + draw.choice(pool) + (draw.choice(pool) if draw.random() < 0.7 else "")  # noqa: PLR2004
        if name in seen or name[1:2] == name[2:3]:
            continue
        seen.add(name)
        born_on = date(draw.randint(1965, 1990), draw.randint(1, 12), 1)
        yield name, gender, born_on, f"1990000{len(seen):04}"
