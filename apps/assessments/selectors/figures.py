"""Reads of figures of imported components."""

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Count, F, QuerySet

from apps.assessments.domain.columns import ComponentColumns
from apps.assessments.domain.plan import Present, PresentFigure, PresentPerson
from apps.assessments.models import ComponentScore
from apps.assessments.selectors.standing import ASSESSABLE_STAGES
from apps.common.domain.actors import Actor
from apps.cycles.domain.schemes import ComponentKind, Conversion
from apps.cycles.domain.stages import Stage
from apps.cycles.models import ReviewCycle, SchemeComponent
from apps.organizations.selectors import within

FULL_MARKS = Decimal(100)


def components_visible_to(user: Actor) -> QuerySet[SchemeComponent]:
    """Return the imported components of opened cycles the account manages, with how many figures are in."""
    return (
        SchemeComponent.objects.filter(
            within(user.department_paths(), "scheme__cycle__host__"), kind=ComponentKind.IMPORTED.value
        )
        .exclude(scheme__cycle__stage=Stage.DRAFT.value)
        .select_related("scheme__cycle__host")
        .annotate(
            n_entered=Count("scores", distinct=True),
            n_reviewees=Count("scheme__cycle__reviewees", distinct=True),
        )
        .annotate(n_missing=F("n_reviewees") - F("n_entered"))
    )


def open_components(user: Actor) -> QuerySet[SchemeComponent]:
    """Return the imported components of cycles that take figures now, the newest cycle first."""
    return SchemeComponent.objects.filter(
        within(user.department_paths(), "scheme__cycle__host__"),
        kind=ComponentKind.IMPORTED.value,
        scheme__cycle__stage__in=ASSESSABLE_STAGES,
    ).order_by("-scheme__cycle__year", "scheme__cycle_id", "order_no")


def scores_visible_to(user: Actor) -> QuerySet[ComponentScore]:
    """Return the figures of cycles the account manages."""
    return ComponentScore.objects.filter(within(user.department_paths(), "reviewee__cycle__host__"))


def imported_components(cycle: ReviewCycle) -> list[SchemeComponent]:
    """Return the components of a cycle whose figures are brought in, in their order."""
    return [*SchemeComponent.objects.filter(scheme__cycle=cycle, kind=ComponentKind.IMPORTED.value)]


def is_by_place(component: SchemeComponent) -> bool:
    """Tell whether the imported number is a place (1 is best) and not points."""
    return component.conversion_plan.kind is Conversion.PLACE


def full_marks_of(component: SchemeComponent, n_reviewees: int) -> Decimal:
    """Return what 满分 is filled with: the scheme's full marks, else 100; for places the number of reviewees."""
    if component.full_marks is not None:
        return component.full_marks
    return Decimal(max(n_reviewees, 1)) if is_by_place(component) else FULL_MARKS


def columns_of(components: Iterable[SchemeComponent], n_reviewees: int) -> tuple[ComponentColumns, ...]:
    """Return the columns of the workbook for these components."""
    return tuple(
        ComponentColumns(one.pk, one.name, full_marks_of(one, n_reviewees), is_by_place(one))
        for one in components
    )


def present_figures(cycle: ReviewCycle) -> Present:
    """Return what a workbook of the cycle is checked against, in three reads."""
    people = {
        key: PresentPerson(name, organization)
        for key, name, organization in cycle.reviewees.values_list("pk", "name", "organization_name")
    }
    rows = ComponentScore.objects.filter(reviewee__cycle=cycle).values_list(
        "reviewee_id", "component_id", "value", "out_of", "source", "version"
    )
    figures = {(row[0], row[1]): PresentFigure(*row[2:]) for row in rows}
    return Present(cycle.pk, columns_of(imported_components(cycle), len(people)), people, figures)


def scores_of(component: SchemeComponent) -> dict[int, ComponentScore]:
    """Return a component's figures by reviewee."""
    return {one.reviewee_id: one for one in component.scores.select_related("entered_by", "evidence")}
