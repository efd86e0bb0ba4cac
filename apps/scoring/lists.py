"""The list of scores."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import Case, Exists, IntegerField, OuterRef, QuerySet, Subquery, When
from django.http import HttpRequest
from django.urls import reverse

from apps.assessments.models import ComponentScore
from apps.common.domain.actors import Actor
from apps.common.kit.requests import actor_of
from apps.common.lists import Column, Filter, ListPage, field_filter
from apps.cycles.models import ReviewCycle
from apps.organizations.domain.kinds import Field
from apps.organizations.selectors import within
from apps.scoring.models import ScoreRun, ScoreSummary
from apps.scoring.policies import can_see_score_pages
from apps.scoring.selectors import SCORABLE_STAGES, summaries_visible_to


def cycle_choices(request: HttpRequest) -> Sequence[tuple[str, str]]:
    """Return the cycles whose scores the account may see."""
    rows = summaries_visible_to(actor_of(request)).order_by("-run__cycle__year", "run__cycle__title")
    return [
        (str(pk), title) for pk, title in rows.values_list("run__cycle_id", "run__cycle__title").distinct()
    ]


def _detail_url(row: ScoreSummary) -> str:
    return reverse("scoring:summary_detail", args=[row.pk])


class SummaryList(ListPage):
    title = "得分汇总"
    intro = "总分按领域分别排名；点开姓名可以看到每一步怎样算出。有效票过少的得分不显示。"
    template_name = "scoring/summary_list.html"
    search_fields = ("reviewee__name", "reviewee__organization_name")
    search_hint = "姓名、党组织"
    default_sort = "cycle"
    empty_text = "还没有得分。测评开箱后，得分会自动计算。"
    columns = (
        Column("name", "姓名", "reviewee.name", sort=("reviewee__name",), url=_detail_url),
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
            sort=("field_place", "rank_in_field"),
            width=10,
        ),
        Column("mode", "述职方式", lambda row: row.reviewee.get_mode_display(), shown=False),
        Column("n_valid", "有效票", "n_valid", sort=("n_valid",), numeric=True, width=8),
        Column(
            "ballot",
            "测评得分",
            "shown_ballot_score",
            sort=("ballot_score",),
            template="scoring/_score_cell.html",
            numeric=True,
            number_format="0.00",
        ),
        Column(
            "total",
            "总分",
            "shown_total",
            sort=("total",),
            template="scoring/_score_cell.html",
            numeric=True,
            number_format="0.00",
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
    )
    filters: ClassVar[Sequence[Filter]] = (
        Filter("cycle", "周期", cycle_choices, lambda rows, value: rows.filter(run__cycle_id=value)),
        field_filter("field", "领域", Field.choices(), "reviewee__field"),
    )

    def is_allowed(self, request: HttpRequest) -> bool:
        return can_see_score_pages(actor_of(request))

    def get_rows(self, request: HttpRequest) -> QuerySet[ScoreSummary]:
        fields = [When(reviewee__field=field.value, then=place) for place, field in enumerate(Field)]
        return (
            summaries_visible_to(actor_of(request))
            .select_related("reviewee", "run__cycle")
            .annotate(field_place=Case(*fields, output_field=IntegerField()))
        )

    def page_context(self, request: HttpRequest) -> dict[str, Any]:
        return {"cycles": _runs_in_progress(actor_of(request))}


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
