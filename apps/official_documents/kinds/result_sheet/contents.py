"""What stands on a result sheet: the explanation of the score, which holds nothing that is hidden, and the person's line."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from apps.official_documents.kinds.demonstration import demonstration_lines
from apps.official_documents.kinds.reading import PersonLine
from apps.scoring.selectors.distributions import AnswerBar, AnswerTable, ItemLine
from apps.scoring.selectors.explanations import ComponentLine, Explanation, FormLine, GroupLine, ItemScore


@dataclass(frozen=True, slots=True)
class ResultContent:
    """One reviewee. ``signed_on`` ``None``: the grade is not signed off yet."""

    line: PersonLine
    explanation: Explanation
    signed_on: date | None


OPTIONS = ("好", "较好", "一般", "差")
ITEMS = ("履行第一责任人职责", "重点任务和工作成效", "查摆问题和整改落实", "总体评价")


def demonstration() -> ResultContent:
    """Return invented contents with one voter group hidden."""
    line = demonstration_lines("rural")[0]
    return ResultContent(line, _explanation(), date(2026, 12, 25))


def _explanation() -> Explanation:
    return Explanation(
        blank_rule="空白项不计入（视为弃权）",
        trim_rule="不去掉最高分、最低分",
        k_min=5,
        forms=(_form(),),
        ballot_score=Decimal("93.97"),
        components=(
            ComponentLine("现场测评", "70%", Decimal("93.97"), "现场测评", is_missing=False, raw="93.97分"),
            ComponentLine(
                "平时考核",
                "30%",
                Decimal("91.13"),
                "91.13 ÷ 100 × 100，依据：区委组织部2026年平时考核台账",
                is_missing=False,
            ),
        ),
        total=Decimal("93.12"),
        total_formula="（70 × 93.97 ＋ 30 × 91.13）÷ 100 = 93.12",
        hides_score=False,
        missing=(),
        rank=1,
        n_in_field=3,
        n_sharing=0,
    )


def _form() -> FormLine:
    return FormLine(
        name="民主测评表",
        point_rules=("好 100 分，较好 85 分，一般 70 分，差 50 分",),
        groups=(
            _group("A类（区领导班子成员）", "40%", (18, 5, 1, 0), "95.00", 24),
            _group("B类（基层党组织书记、党务工作者）", "40%", (30, 12, 2, 1), "92.94", 46),
            GroupLine("C类（“两代表一委员”）", "20%", is_hidden=True),
        ),
        items=tuple(
            ItemScore(name, "25", Decimal(score))
            for name, score in zip(ITEMS, ("95.20", "94.10", "92.38", "94.20"), strict=True)
        ),
        score=Decimal("93.97"),
        formula="（40 × 95.00 ＋ 40 × 92.94 ＋ 20 × （不显示））÷ 100 = 93.97",
        hides_score=False,
        hides_items=False,
    )


def _group(name: str, weight: str, counts: tuple[int, ...], mean: str, n_valid: int) -> GroupLine:
    rows = tuple(ItemLine(item, _bars(counts), n_valid - sum(counts)) for item in ITEMS)
    formula = f"各票得分之和 {Decimal(mean) * n_valid:.2f} ÷ {n_valid} 张 = {mean}"
    return GroupLine(
        name,
        weight,
        is_hidden=False,
        n_returned=n_valid,
        n_valid=n_valid,
        mean=Decimal(mean),
        formula=formula,
        tables=(AnswerTable(OPTIONS, rows),),
    )


def _bars(counts: tuple[int, ...]) -> tuple[AnswerBar, ...]:
    whole = sum(counts)
    starts = [sum(counts[:step]) for step in range(len(counts))]
    tenth = Decimal("0.1")
    return tuple(
        AnswerBar(
            label,
            step,
            n,
            (Decimal(100 * n) / whole).quantize(tenth),
            (Decimal(100 * start) / whole).quantize(tenth),
        )
        for step, (label, n, start) in enumerate(zip(OPTIONS, counts, starts, strict=True), start=1)
    )
