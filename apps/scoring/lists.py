"""The list of scores."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from django.db.models import Case, Exists, IntegerField, OuterRef, QuerySet, Subquery, When
from django.http import HttpRequest
from django.urls import reverse

from apps.assessments.models import ComponentScore
from apps.common.domain.actors import Actor
from apps.common.kit.requests import actor_of
from apps.common.lists import Column, Filter, ListPage, field_filter
from apps.cycles.models import ReviewCycle
from apps.organizations.selectors import within
from apps.organizations.selectors.fields import field_choices, field_labels
from apps.scoring.domain.states import RunState
from apps.scoring.models import ScoreRun, ScoreSummary
from apps.scoring.policies import can_see_score_pages
from apps.scoring.selectors import SCORABLE_STAGES, runs_visible_to, summaries_visible_to
from apps.scoring.selectors.closeness import has_neighbors
from apps.scoring.selectors.lines import band_words, cycles_with_parts, shown_part
from apps.scoring.selectors.run_pages import with_list_figures

POINTS = "0.00"
LISTED = "scoring.listed_cycles"


@dataclass(frozen=True, slots=True)
class ListedCycle:
    """A cycle on the list of scores, with the parts of its total in order: (key, name)."""

    key: str
    title: str
    parts: tuple[tuple[int, str], ...]


def listed_cycles(request: HttpRequest) -> Sequence[ListedCycle]:
    """Return the cycles whose scores the account may see, latest first; read once per request."""
    kept: Sequence[ListedCycle] | None = request.META.get(LISTED)
    if kept is None:
        kept = request.META[LISTED] = [
            ListedCycle(str(one.pk), one.title, tuple((part["key"], part["name"]) for part in one.parts))
            for one in cycles_with_parts(actor_of(request))
        ]
    return kept


def cycle_choices(request: HttpRequest) -> Sequence[tuple[str, str]]:
    """Return the cycles to choose from."""
    return [(one.key, one.title) for one in listed_cycles(request)]


def one_cycle(request: HttpRequest) -> ListedCycle | None:
    """Return the cycle the list is narrowed to, or the only one there is."""
    cycles = listed_cycles(request)
    wanted = request.GET.get("cycle", "")
    found = next((one for one in cycles if one.key == wanted), None)
    return found or (cycles[0] if len(cycles) == 1 else None)


def _detail_url(row: ScoreSummary) -> str:
    return reverse("scoring:summary_detail", args=[row.pk])


def _part_column(key: int, name: str) -> Column:
    return Column(
        f"part-{key}",
        name,
        lambda row: shown_part(row, key),
        template="scoring/_part_cell.html",
        numeric=True,
        number_format=POINTS,
    )


STATES = (
    ("shown", "有总分"),
    ("missing", "缺数据"),
    ("hidden", "有效票少，不显示"),
    ("close", "名次难分先后"),
)


def by_state(rows: QuerySet[ScoreSummary], state: str) -> QuerySet[ScoreSummary]:
    """Narrow the rows to those with a total, without one, with a hidden one, or with a rank that is not told apart."""
    if state == "hidden":
        return rows.filter(hides_score=True)
    if state == "close":
        return rows.filter(has_neighbors())
    return rows.filter(hides_score=False, total__isnull=state == "missing")


BEFORE_PARTS = (
    Column("name", "姓名", "reviewee.name", sort=("reviewee__name",), url=_detail_url, width=12),
    Column(
        "organization",
        "党组织",
        "reviewee.organization_name",
        sort=("reviewee__organization_name",),
        width=30,
    ),
    Column(
        "cycle",
        "年度",
        "run.cycle.year",
        sort=("-run__cycle__year", "field_place", "rank_in_field", "reviewee__order_no"),
        width=8,
    ),
    Column(
        "field",
        "领域",
        lambda row: row.reviewee.get_field_display(),
        sort=("field_place", "rank_in_field", "reviewee__order_no"),
        width=10,
    ),
    Column("mode", "述职方式", lambda row: row.reviewee.get_mode_display(), shown=False),
    Column("n_valid", "有效票", "n_valid", sort=("n_valid",), numeric=True, width=8, shown=False),
    Column(
        "ballot",
        "测评得分",
        "shown_ballot_score",
        sort=("shown_ballot_key",),
        template="scoring/_score_cell.html",
        numeric=True,
        number_format=POINTS,
    ),
)
AFTER_PARTS = (
    Column(
        "base",
        "加减分前",
        "shown_base",
        template="scoring/_score_cell.html",
        numeric=True,
        number_format=POINTS,
        shown=False,
    ),
    Column("bonus", "加分", "bonus", sort=("bonus",), numeric=True, number_format=POINTS, width=8),
    Column(
        "deduction", "扣分", "deduction", sort=("deduction",), numeric=True, number_format=POINTS, width=8
    ),
    Column(
        "total",
        "总分",
        "shown_total",
        sort=("shown_total_key",),
        template="scoring/_score_cell.html",
        numeric=True,
        number_format=POINTS,
    ),
    Column(
        "rank",
        "领域内名次",
        "rank_in_field",
        sort=("rank_in_field",),
        template="scoring/_rank_cell.html",
        numeric=True,
        width=11,
    ),
    Column("band", "难分先后", band_words, template="scoring/_band_cell.html", width=18),
)


class SummaryList(ListPage):
    title = "得分汇总"
    intro = "总分按领域分别排名；点开姓名可以看到每一步怎样算出。有效票过少的得分不显示。选定一个周期后，得分构成的各部分分列显示。"
    template_name = "scoring/summary_list.html"
    search_fields = ("reviewee__name", "reviewee__organization_name")
    search_hint = "姓名、党组织"
    default_sort = "cycle"
    empty_text = "还没有得分。测评开箱后，得分会自动计算。"
    columns = (*BEFORE_PARTS, *AFTER_PARTS)
    filters: ClassVar[Sequence[Filter]] = (
        Filter("cycle", "周期", cycle_choices, lambda rows, value: rows.filter(run__cycle_id=value)),
        field_filter("field", "领域", field_choices, "reviewee__field"),
        Filter("state", "情况", STATES, by_state),
    )

    def is_allowed(self, request: HttpRequest) -> bool:
        return can_see_score_pages(actor_of(request))

    def get_columns(self, request: HttpRequest) -> Sequence[Column]:
        """Return the columns, with one per part of the total where the list shows one cycle."""
        cycle = one_cycle(request)
        if cycle is None:
            return self.columns
        before = (replace(one, shown=False) if one.key == "cycle" else one for one in BEFORE_PARTS)
        return (*before, *(_part_column(key, name) for key, name in cycle.parts), *AFTER_PARTS)

    def get_rows(self, request: HttpRequest) -> QuerySet[ScoreSummary]:
        fields = [When(reviewee__field=key, then=place) for place, key in enumerate(field_labels())]
        return (
            summaries_visible_to(actor_of(request))
            .select_related("reviewee", "run__cycle")
            .annotate(
                field_place=Case(*fields, output_field=IntegerField()),
                shown_total_key=_unless_hidden("total"),
                shown_ballot_key=_unless_hidden("ballot_score"),
            )
        )

    def page_context(self, request: HttpRequest) -> dict[str, Any]:
        return {"cycles": _runs_in_progress(actor_of(request))}


def _run_url(row: ScoreRun) -> str:
    return reverse("scoring:run_detail", args=[row.pk])


def run_cycle_choices(request: HttpRequest) -> Sequence[tuple[str, str]]:
    """Return the cycles that have runs the account may see."""
    rows = runs_visible_to(actor_of(request)).order_by("-cycle__year", "cycle__title")
    return [(str(pk), title) for pk, title in rows.values_list("cycle_id", "cycle__title").distinct()]


class RunList(ListPage):
    title = "历次计分"
    intro = "每次计分都留有输入摘要和与上一次的不同；当前采用的是最近一次完成的。"
    search_fields = ("cycle__title", "requested_by__display_name", "input_hash")
    search_hint = "周期、发起人、摘要"
    default_sort = "-started"
    empty_text = "还没有计过分。测评开箱后会自动计分。"
    columns = (
        Column("started", "开始时间", "started_at", sort=("started_at",), url=_run_url, width=17),
        Column("cycle", "周期", "cycle.title", sort=("cycle__year", "cycle__title"), width=30),
        Column(
            "state",
            "状态",
            lambda row: row.get_state_display(),
            sort=("state",),
            template="scoring/_run_state_cell.html",
        ),
        Column("is_current", "当前采用", "is_current", sort=("is_current",), width=9),
        Column("missing", "缺数据（项）", lambda row: len(row.missing), numeric=True, width=10),
        Column("differences", "与上一次的不同", lambda row: row.differences.get("summary") or None, width=50),
        Column("requested_by", "发起人", "requested_by.display_name", sort=("requested_by__display_name",)),
        Column("finished", "完成时间", "finished_at", sort=("finished_at",), shown=False, width=17),
        Column("hash", "输入摘要", "input_hash", shown=False, width=66),
        Column("version", "算法版本", "software_version", sort=("software_version",), shown=False),
    )
    filters: ClassVar[Sequence[Filter]] = (
        Filter("cycle", "周期", run_cycle_choices, lambda rows, value: rows.filter(cycle_id=value)),
        field_filter("state", "状态", RunState.choices()),
    )

    def is_allowed(self, request: HttpRequest) -> bool:
        return bool(actor_of(request).department_paths())

    def get_rows(self, request: HttpRequest) -> QuerySet[ScoreRun]:
        return with_list_figures(actor_of(request))

    def page_context(self, request: HttpRequest) -> dict[str, Any]:
        return {"crumbs": [("得分汇总", reverse("scoring:summary_list")), ("历次计分", "")]}


def _unless_hidden(name: str) -> Case:
    """Return a figure to sort by; a hidden one must not show by its place."""
    return Case(When(hides_score=False, then=name), default=None)


def _runs_in_progress(user: Actor) -> QuerySet[ReviewCycle]:
    """Return, for staff, each cycle in which scores are made, with its latest run. One query."""
    latest = ScoreRun.objects.filter(cycle=OuterRef("pk")).order_by("-pk")
    later = ComponentScore.objects.filter(
        reviewee__cycle=OuterRef("pk"), entered_at__gt=OuterRef("run_finished_at")
    )
    return ReviewCycle.objects.filter(
        within(user.department_paths(), "host__"), stage__in=SCORABLE_STAGES
    ).annotate(
        run_id=Subquery(latest.values("pk")[:1]),
        run_state=Subquery(latest.values("state")[:1]),
        run_missing=Subquery(latest.values("missing")[:1]),
        run_finished_at=Subquery(latest.values("finished_at")[:1]),
        job_state=Subquery(latest.values("job__state")[:1]),
        is_outdated=Exists(later),
    )
