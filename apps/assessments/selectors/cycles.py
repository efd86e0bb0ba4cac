"""Reads of cycles and people in the eyes of those who assess."""

from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject

from apps.accounts.models import User
from apps.assessments.models import ComponentScore
from apps.assessments.selectors.standing import ASSESSABLE_STAGES
from apps.common.domain.actors import Actor
from apps.cycles.domain.schemes import ComponentKind
from apps.cycles.domain.stages import Stage
from apps.cycles.models import ReviewCycle, Reviewee, SchemeComponent
from apps.organizations.selectors import within


def assessed_cycles(user: Actor) -> QuerySet[ReviewCycle]:
    """Return the opened cycles the account manages, the newest first."""
    rows = ReviewCycle.objects.filter(within(user.department_paths(), "host__"))
    return rows.exclude(stage=Stage.DRAFT.value).select_related("host", "scheme").order_by("-year", "title")


def assessed_reviewees(user: Actor) -> QuerySet[Reviewee]:
    """Return the reviewees of these cycles."""
    rows = Reviewee.objects.filter(within(user.department_paths(), "cycle__host__"))
    return rows.exclude(cycle__stage=Stage.DRAFT.value).select_related("cycle__host", "cycle__scheme")


def incomplete(rows: QuerySet[Reviewee]) -> QuerySet[Reviewee]:
    """Narrow people to those who lack a figure of an imported component.

    ``missing`` lists these components as ``{"pk", "name"}`` in their order, ``n_missing`` counts them.
    """
    entered = ComponentScore.objects.filter(component=OuterRef("pk"), reviewee=OuterRef(OuterRef("pk")))
    gaps = SchemeComponent.objects.filter(
        ~Exists(entered), scheme__cycle=OuterRef("cycle"), kind=ComponentKind.IMPORTED.value
    )
    counted = gaps.order_by().values("scheme").annotate(n=Count("pk")).values("n")
    named = gaps.order_by("order_no").values(one=JSONObject(pk="pk", name="name"))
    return rows.annotate(
        missing=ArraySubquery(named), n_missing=Coalesce(Subquery(counted, output_field=IntegerField()), 0)
    ).filter(n_missing__gt=0)


def missing_visible_to(user: Actor) -> QuerySet[Reviewee]:
    """Return the people of assessable cycles who lack at least one figure."""
    return incomplete(assessed_reviewees(user).filter(cycle__stage__in=ASSESSABLE_STAGES))


def lacking(rows: QuerySet[Reviewee], component_id: int) -> QuerySet[Reviewee]:
    """Narrow people to those without a figure of this component of their cycle."""
    component = SchemeComponent.objects.filter(pk=component_id).values("scheme__cycle")
    given = ComponentScore.objects.filter(component=component_id).values("reviewee")
    return rows.filter(cycle__in=component).exclude(pk__in=given)


def missing_by_cycle(user: User) -> list[tuple[int, str, date | None, int]]:
    """Return for each assessable cycle with gaps: id, title, day of the meeting, number of people who lack something."""
    rows = missing_visible_to(user).order_by("-cycle__year", "cycle_id")
    grouped = rows.values_list("cycle_id", "cycle__title", "cycle__meeting_on")
    return [*grouped.annotate(n_people=Count("pk"))]
