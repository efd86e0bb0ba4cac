"""The pages of the scheme editor: each is a head, rows, or both, bound to what was typed or showing what is stored."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory

from apps.cycles.domain.checks import plain
from apps.cycles.domain.conversions import ConversionPlan
from apps.cycles.domain.grades import BEST_FIRST
from apps.cycles.domain.plans import SchemePlan
from apps.cycles.domain.schemes import Conversion, GradeMethod
from apps.cycles.domain.words import PART_TITLES, share_text
from apps.cycles.forms.fields import pair_texts, points_text
from apps.cycles.forms.part_heads import AdjustmentsHead, GradesHead, LinksHead, PartHead, RulesHead
from apps.cycles.forms.part_rows import (
    AdjustmentRow,
    ComponentRow,
    ConditionRow,
    GradeRow,
    GroupRow,
    LinkRow,
    PartRow,
    SectionRow,
)
from apps.cycles.forms.sources import Sources

MAX_ROWS = 40
Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class PartPage:
    """One page of the editor. ``layout``: how rows are shown, "table" or "cards". ``new_row``: the word on the button."""

    key: str
    intro: str
    row: type[PartRow] | None = None
    initial: Callable[[SchemePlan], Rows] = lambda _: ()
    head: type[PartHead] | None = None
    applied: Callable[[SchemePlan, list[Any]], SchemePlan] = lambda plan, _: plan
    layout: str = "table"
    new_row: str = "添加一行"
    sums_to_hundred: bool = False
    has_fixed_rows: bool = False
    has_example: bool = True

    @property
    def title(self) -> str:
        """The name of the part."""
        return PART_TITLES[self.key]


class PartEditor:
    """All forms of one page. ``data`` ``None``: the page shows what is stored."""

    def __init__(self, page: PartPage, stored: SchemePlan, data: Mapping[str, Any] | None = None) -> None:
        self.page, self.stored = page, stored
        sources = Sources.of(stored)
        self.head = (
            page.head(data, prefix="head", initial=page.head.values(stored), sources=sources)
            if page.head
            else None
        )
        self.rows = _form_set(page, stored, data, sources) if page.row else None

    def is_valid(self) -> bool:
        """Tell whether everything typed can be saved."""
        parts = [part for part in (self.head, self.rows) if part is not None]
        n_wrong = sum(
            not part.is_valid() for part in parts
        )  # every part is asked, so that every error is shown
        return not n_wrong and not self._cross_errors()

    def _cross_errors(self) -> bool:
        """Note what head and rows demand of each other: starts are needed only where they decide."""
        if self.page.key != "grades" or self.head is None:
            return False
        if self.head.cleaned_data["grade_method"] != GradeMethod.THRESHOLD.value:
            return False
        empty = [form for form in self.kept_rows() if form.cleaned_data["from_total"] is None]
        for form in empty:
            form.add_error("from_total", "请填写起点总分。")
        return bool(empty)

    def kept_rows(self) -> list[Any]:
        """Return the filled in rows that are not crossed out, in the order stated."""
        if self.rows is None:
            return []
        ordered: list[Any] = self.rows.forms if self.page.has_fixed_rows else self.rows.ordered_forms
        return ordered

    @property
    def n_problems(self) -> int:
        """How many boxes have to be mended."""
        in_head = len(self.head.errors) if self.head else 0
        return in_head + (self.rows.total_error_count() if self.rows is not None else 0)

    def problems(self) -> Iterator[str]:
        """Yield what has to be mended, a sentence for each box."""
        if self.head:
            yield from _problems("", self.head)
        if self.rows is not None:
            for n, form in enumerate(self.rows.forms, start=1):
                yield from _problems(f"第{n}行", form)
            yield from (str(error) for error in self.rows.non_form_errors())

    def plan(self) -> SchemePlan:
        """Return the whole scheme with this part as typed; only of a valid page."""
        plan = self.head.applied(self.stored) if self.head else self.stored
        return self.page.applied(plan, self.kept_rows())

    @property
    def is_bound(self) -> bool:
        """Tell whether the page shows what was typed."""
        part = self.head or self.rows
        return part is not None and part.is_bound


def _form_set(
    page: PartPage, stored: SchemePlan, data: Mapping[str, Any] | None, sources: Sources
) -> "BaseFormSet[Any]":
    extra: dict[str, Any] = (
        {"extra": 0} if page.has_fixed_rows else {"extra": 1, "can_delete": True, "can_order": True}
    )
    row: Any = page.row
    made: Any = formset_factory(row, max_num=MAX_ROWS, absolute_max=MAX_ROWS, **extra)
    rows: BaseFormSet[Any] = made(
        data, initial=page.initial(stored), prefix="row", form_kwargs={"sources": sources}
    )
    return rows


def _problems(where: str, form: forms.Form) -> Iterator[str]:
    for name, errors in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        yield f"{where}{f'“{label}”' if label else ''}：{errors[0]}".removeprefix("：")


def _text(number: Decimal | None) -> str | None:
    return None if number is None else plain(number)


def _group_rows(plan: SchemePlan) -> Rows:
    return [{"name": g.name, "weight": plain(g.weight), "n_expected": g.n_expected} for g in plan.groups]


def _component_rows(plan: SchemePlan) -> Rows:
    sources = Sources.of(plan)
    first = plan.papers[0].name if len(plan.papers) > 1 else ""
    return [
        {
            "was": part.name,
            "name": part.name,
            "weight": plain(part.weight),
            "kind": part.kind.value,
            "paper": part.paper or first,
            "item": (item := sources.item_value(part.paper, part.item)),
            "options": sources.option_values(item, part.options),
            "full_marks": _text(part.full_marks),
            **_conversion_values(part.conversion, sources, item),
        }
        for part in plan.components
    ]


def _conversion_values(plan: ConversionPlan, sources: Sources, item: str) -> dict[str, Any]:
    by_place = plan.kind in {Conversion.RANK, Conversion.PLACE}
    return {
        "conversion": plan.kind.value,
        "bands": pair_texts((band.at_least, band.score) for band in plan.bands),
        "overrides": [
            (sources.option_values(item, band.options), share_text(band.at_least), points_text(band.score))
            for band in plan.overrides
        ],
        **(
            {name: points_text(getattr(plan, name)) for name in ("first", "step", "floor")}
            if by_place
            else {}
        ),
    }


def _with_components(plan: SchemePlan, rows: list[Any]) -> SchemePlan:
    """Return the scheme with these parts of the total; conditions follow a part that got another name."""
    components = tuple(form.plan() for form in rows)
    names = {
        form.cleaned_data["was"]: part.name
        for form, part in zip(rows, components, strict=True)
        if form.cleaned_data["was"]
    }
    conditions = tuple(replace(one, component=names.get(one.component, "")) for one in plan.conditions)
    return replace(plan, components=components, conditions=conditions)


def _adjustment_rows(plan: SchemePlan) -> Rows:
    return [
        {
            "kind": line.kind.value,
            "name": line.name,
            "least": plain(line.least),
            "most": plain(line.most),
            "limit": _text(line.limit),
        }
        for line in plan.adjustments
    ]


def _grade_rows(plan: SchemePlan) -> Rows:
    known = {rule.grade: rule for rule in plan.grades}
    return [
        {
            "grade": grade.value,
            "from_total": _text(known[grade].from_total) if grade in known else None,
            "until_share": _text(known[grade].until_share) if grade in known else None,
        }
        for grade in BEST_FIRST
    ]


def _with_grades(plan: SchemePlan, rows: list[Any]) -> SchemePlan:
    starts = {rule.grade.value: rule.from_total for rule in plan.grades}
    grades = (form.plan(starts.get(form.cleaned_data["grade"], Decimal(0))) for form in rows)
    return replace(plan, grades=tuple(grades))


def _condition_rows(plan: SchemePlan) -> Rows:
    return [
        {
            "kind": one.kind.value,
            "cap": one.cap.value,
            "name": one.name,
            "component": one.component,
            "at_least": _text(one.at_least),
        }
        for one in plan.conditions
    ]


def _link_rows(plan: SchemePlan) -> Rows:
    known = {link.grade: link for link in plan.links}
    return [
        {
            "grade": grade.value,
            "best_appraisal": known[grade].best_appraisal.value if grade in known else "",
            "consequence": known[grade].consequence if grade in known else "",
        }
        for grade in BEST_FIRST
    ]


def _with_links(plan: SchemePlan, rows: list[Any]) -> SchemePlan:
    return replace(plan, links=tuple(link for form in rows if (link := form.plan()) is not None))


def _section_rows(plan: SchemePlan) -> Rows:
    return [
        {
            "title": s.title,
            "kind": s.kind.value,
            "hint": s.hint,
            "min_chars": s.min_chars,
            "max_chars": s.max_chars,
        }
        for s in plan.sections
    ]


def _rows_into(name: str) -> Callable[[SchemePlan, list[Any]], SchemePlan]:
    """Return how plain rows become one tuple of the scheme."""

    def applied(plan: SchemePlan, rows: list[Any]) -> SchemePlan:
        changes: dict[str, Any] = {name: tuple(form.plan() for form in rows)}
        return replace(plan, **changes)

    return applied


PART_PAGES = {
    page.key: page
    for page in (
        PartPage(
            "groups", "每类人员发一种测评票，各类权重合计100%。先在每一类里取平均，再按权重加权。",
            GroupRow, _group_rows, applied=_rows_into("groups"), sums_to_hundred=True, new_row="添加一类",
        ),
        PartPage(
            "components", "总分由现场测评和需要录入的考核得分组成，合计100%。每一项都先折成百分制，再乘权重相加。",
            ComponentRow, _component_rows, applied=_with_components, layout="cards", sums_to_hundred=True,
            new_row="添加一项",
        ),
        PartPage(
            "adjustments", "在加权得分之外加分、扣分的情形。每发生一次记一笔，附依据。", AdjustmentRow, _adjustment_rows,
            AdjustmentsHead, _rows_into("adjustments"), layout="cards", new_row="添加一种情形",
        ),
        PartPage(
            "grades", "总分算出之后怎样提出建议等次。票上每个等次折合多少分，在测评表里设。", GradeRow, _grade_rows,
            GradesHead, _with_grades, has_fixed_rows=True,
        ),
        PartPage(
            "conditions", "只会压低等次，不会提高。否决情形发生了，或者条件没有达到，等次最高只能是所选的那一等。",
            ConditionRow, _condition_rows, applied=_rows_into("conditions"), layout="cards", new_row="添加一条",
        ),
        PartPage(
            "links", "评定的等次用到年度考核里怎么用。写明之后，审定时会列出每个人受到的影响。", LinkRow, _link_rows,
            LinksHead, _with_links, has_fixed_rows=True,
        ),
        PartPage(
            "sections", "述职报告分哪几栏，每栏多少字（含标点，不含空格）。", SectionRow, _section_rows,
            applied=_rows_into("sections"), has_example=False, new_row="添加一栏",
        ),
        PartPage("rules", "现场测评的票怎样算成分。", head=RulesHead),
    )
}  # fmt: skip
