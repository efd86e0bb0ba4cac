"""Invented people for previews: believable, and of no district."""

from dataclasses import replace
from decimal import Decimal

from apps.official_documents.kinds.reading import PersonLine

TITLE = "2026年度党组织书记抓基层党建工作述职评议考核"
HOST = "中共清河区委组织部"
_PEOPLE = (
    ("rural", "白家营镇党委", "林桂兰", "党委书记", "93.97", "93.12", "good", "good"),
    ("rural", "石门乡党委", "赵志强", "党委书记", "91.25", "90.50", "good", "fairly_good"),
    ("rural", "柳树沟镇党委", "王䶮", "党委书记", "88.40", "87.96", "fairly_good", "fairly_good"),
    ("urban", "东山街道党工委", "周敏", "党工委书记", "92.60", "92.08", "good", "good"),
    ("urban", "河西街道党工委", "陈建国", "党工委书记", "86.33", "85.90", "fairly_good", "fairly_good"),
    ("new", "高新园区综合党委", "孙晓燕", "党委书记", "", "", "good", "good"),
    ("agency", "区发展和改革局党组", "马文斌", "党组书记", "84.15", "82.60", "fairly_good", "average"),
    ("health", "区人民医院党委", "吴丽华", "党委书记", "90.05", "90.88", "good", "good"),
    ("education", "第二中学党总支", "刘𬱖", "党总支书记", "79.20", "78.35", "average", "average"),
)  # fmt: skip
_REASON = "因本年度信访事项处置不力，经研究下调一个等次。"


def demonstration_lines(field: str = "") -> tuple[PersonLine, ...]:
    """Return the people (of one field) with results: one of them hidden, two decided otherwise than proposed."""
    found = [_line(n, *row) for n, row in enumerate(_PEOPLE, start=1) if field in ("", row[0])]
    ranks = {line.order_no: 1 + sum(_is_better(other, line) for other in found) for line in found}
    sizes = {line.order_no: sum(other.field == line.field for other in found) for line in found}
    return tuple(_ranked(line, ranks[line.order_no], sizes[line.order_no]) for line in found)


def _is_better(one: PersonLine, other: PersonLine) -> bool:
    return one.field == other.field and (one.total or 0) > (other.total or 0)


def _ranked(line: PersonLine, rank: int, n_in_field: int) -> PersonLine:
    return replace(line, rank=rank, n_in_field=n_in_field)


def _line(
    n: int,
    field: str,
    organization: str,
    name: str,
    post: str,
    ballot: str,
    total: str,
    proposed: str,
    grade: str,
) -> PersonLine:
    return PersonLine(
        order_no=n,
        name=name,
        organization=organization,
        post=post,
        field=field,
        mode="现场述职" if n % 3 else "书面述职",
        ballot_score=Decimal(ballot) if ballot else None,
        total=Decimal(total) if total else None,
        is_hidden=not ballot,
        proposed=proposed,
        grade=grade,
        decided=grade,
        reason="" if grade == proposed else _REASON,
        flags=("一票否决，等次受限",) if name == "赵志强" else (),
    )
