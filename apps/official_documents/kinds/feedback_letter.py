"""反馈意见书: the letter that tells a secretary grade, score, strengths, problems and what is to be done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from apps.common.domain.chinese_dates import chinese_date
from apps.cycles.domain.grades import Grade
from apps.cycles.models import ReviewCycle
from apps.documents.kit.paper import Paper
from apps.duty_reports.models import Problem
from apps.grading.models import GradeDecision
from apps.official_documents.domain.scopes import Format, Scope, Subject
from apps.official_documents.domain.templates import Dress, Passage, Switch, Template
from apps.official_documents.domain.wording import NamedField
from apps.official_documents.kit.kinds import DocumentKind
from apps.scoring.models import ScoreSummary
from apps.scoring.selectors.explanations import shown_item_scores

DASH = "—"
N_STRENGTHS = 2
TITLE = "述职评议考核反馈意见书"
OPENING = "{周期名称}已经完成。根据述职评议、现场测评和研究审定情况，现将您（{职务全称}）的考核结果和有关意见反馈如下。"
REQUIREMENTS = (
    "请针对以上问题逐条制定整改措施，明确责任领导、责任人和完成时限，{整改期限}完成整改。"
    "整改情况将作为下一年度述职评议考核的重要内容。"
)
NO_PROBLEMS = "会议点评和日常监督没有指出具体问题。请对照职责自查，主动查找不足。"
HIDDEN = "有效票较少，为保护填票人，得分不列示；名次和等次按实际得分确定。"
ALL_ALIKE = "各项测评得分相近，没有明显突出的项目。"


@dataclass(frozen=True, slots=True)
class ItemScore:
    """One item of the evaluation form with the reviewee's score (0-100)."""

    name: str
    score: Decimal


@dataclass(frozen=True, slots=True)
class LetterContent:
    """One feedback letter. Figures that may not be shown are ``None``."""

    name: str
    post: str
    organization: str
    field: str
    ballot_score: Decimal | None
    total: Decimal | None
    rank: int | None
    n_in_field: int
    grade: Grade
    items: Sequence[ItemScore]
    problems: Sequence[str]
    rectification_due_on: date | None


class FeedbackLetterKind(DocumentKind[LetterContent]):
    """One letter for each reviewee, once the grades are signed off."""

    key = "feedback_letter"
    label = "反馈意见书"
    scope = Scope.REVIEWEE
    formats = (Format.PDF, Format.DOCX)
    is_for_person = True
    order = 10
    passages: ClassVar = (
        Passage("opening", "开头", OPENING),
        Passage("requirements", "整改要求", REQUIREMENTS),
        Passage("closing", "结尾的话", "", is_optional=True),
    )
    switches: ClassVar = (
        Switch("score", "写明测评得分和总分"),
        Switch("rank", "写明领域内名次"),
        Switch("strengths", "写明评价较好的方面"),
    )
    fields: ClassVar = (
        NamedField("姓名", "本人姓名", "某某"),
        NamedField("职务全称", "党组织和职务", "东山街道党工委书记"),
        NamedField("领域", "所在领域", "城市"),
        NamedField("综合评价等次", "审定的等次", "较好"),
        NamedField("整改期限", "“于某年某月某日前”，没有设定时为“及时”", "于2027年1月15日前"),
    )
    template = Template(title=TITLE)

    def why_not(self, cycle: ReviewCycle) -> str:
        deliberation = getattr(cycle, "deliberation", None)
        if deliberation is None or deliberation.signed_off_at is None:
            return f"“{cycle}”的等次还没有签发，不能出具反馈意见书。请先完成研究审定和签发。"
        return ""

    def subjects(self, cycle: ReviewCycle) -> list[Subject]:
        rows = GradeDecision.objects.filter(deliberation__cycle=cycle).order_by("reviewee__order_no")
        return [Subject(cycle.pk, pk) for pk in rows.values_list("reviewee_id", flat=True)]

    def contents(self, subject: Subject) -> LetterContent:
        decision = GradeDecision.objects.select_related("reviewee__cycle", "deliberation").get(
            reviewee_id=subject.person
        )
        reviewee = decision.reviewee
        summary = ScoreSummary.objects.select_related("run").get(
            run_id=decision.deliberation.run_id, reviewee=reviewee
        )
        problems = Problem.objects.filter(reviewee=reviewee).order_by("id").values_list("text", flat=True)
        return LetterContent(
            name=reviewee.name,
            post=reviewee.post,
            organization=reviewee.organization_name,
            field=reviewee.get_field_display(),
            ballot_score=summary.shown_ballot_score,
            total=summary.shown_total,
            rank=summary.rank_in_field,
            n_in_field=summary.n_in_field,
            grade=Grade(decision.effective_grade),
            items=[ItemScore(name, score) for name, score in shown_item_scores(summary)],
            problems=list(problems),
            rectification_due_on=reviewee.cycle.rectification_due_on,
        )

    def demonstration(self) -> LetterContent:
        return LetterContent(
            name="某某",
            post="党工委书记",
            organization="东山街道党工委",
            field="城市",
            ballot_score=Decimal("91.25"),
            total=Decimal("90.50"),
            rank=2,
            n_in_field=8,
            grade=Grade.FAIRLY_GOOD,
            items=[
                ItemScore("履行第一责任人职责", Decimal("93.10")),
                ItemScore("总体评价", Decimal("88.00")),
            ],
            problems=["对两新组织党建研究不多。", "网格党支部作用发挥不够充分。"],
            rectification_due_on=date(2027, 1, 15),
        )

    def values(self, content: LetterContent) -> Mapping[str, str]:
        due = content.rectification_due_on
        return {
            "姓名": content.name,
            "职务全称": appointment(content.organization, content.post),
            "领域": content.field,
            "综合评价等次": content.grade.label,
            "整改期限": f"于{chinese_date(due)}前" if due else "及时",
        }

    def recipient(self, content: LetterContent) -> str:
        return f"{content.name}同志"

    def compose(self, paper: Paper, content: LetterContent, dress: Dress) -> None:
        paper.paragraph(dress.words["opening"])
        number = iter("一二三四五")
        paper.heading(f"{next(number)}、考核结果")
        _result(paper, content, dress.switches)
        if dress.switches["strengths"]:
            paper.heading(f"{next(number)}、评价较好的方面")
            paper.paragraph(_strengths(content, with_scores=dress.switches["score"]))
        paper.heading(f"{next(number)}、存在的主要问题")
        if not content.problems:
            paper.paragraph(NO_PROBLEMS)
        for place, problem in enumerate(content.problems, start=1):
            paper.paragraph(f"{place}.{problem.strip()}")
        paper.heading(f"{next(number)}、整改要求")
        paper.paragraph(dress.words["requirements"])
        paper.paragraph(dress.words["closing"])


def _result(paper: Paper, content: LetterContent, switches: Mapping[str, bool]) -> None:
    cells = [("综合评价等次", content.grade.label)]
    if switches["rank"]:
        cells.insert(0, (f"{content.field}领域名次", _rank(content)))
    if switches["score"]:
        cells[:0] = [("测评得分", _score(content.ballot_score)), ("总分", _score(content.total))]
    paper.table(
        [head for head, _ in cells], [[cell for _, cell in cells]], [39] * len(cells), "c" * len(cells)
    )
    if switches["score"] and content.total is None:
        paper.paragraph(HIDDEN)


def _score(value: Decimal | None) -> str:
    return DASH if value is None else f"{value}分"


def _rank(content: LetterContent) -> str:
    return DASH if content.rank is None else f"第{content.rank}名（共{content.n_in_field}人）"


def _strengths(content: LetterContent, *, with_scores: bool) -> str:
    best = strengths(content.items)
    if not best:
        return ALL_ALIKE
    names = "、".join(f"“{one.name}”（{one.score}分）" if with_scores else f"“{one.name}”" for one in best)
    return f"在测评各项中，{names}得分较高，望继续保持。"


def strengths(items: Sequence[ItemScore]) -> list[ItemScore]:
    """Return the best items, at most two, and none that is the worst as well: where all are equal, nothing stands out."""
    if not items:
        return []
    worst = min(item.score for item in items)
    best = sorted((item for item in items if item.score > worst), key=lambda item: -item.score)
    return best[:N_STRENGTHS]


def appointment(organization: str, post: str) -> str:
    """Return organization and post without saying the body twice: 东山街道党工委 + 党工委书记 → 东山街道党工委书记."""
    body = post.removesuffix("书记")
    return f"{organization.removesuffix(body)}{post}" if body else f"{organization}{post}"
