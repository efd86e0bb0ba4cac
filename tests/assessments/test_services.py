"""Figures and vetoes: done, done twice, each refusal."""

from decimal import Decimal

import pytest

from apps.assessments import services
from apps.assessments.errors import AssessmentsFixed, FigureRefused
from apps.assessments.models import ComponentScore, Veto
from apps.assessments.selectors import active_caps, components_visible_to
from apps.assessments.signals import veto_changed
from apps.audit.models import AuditEntry
from apps.common.errors import StaleVersion
from apps.cycles.domain.grades import Grade
from tests.factories.accounts import make_user
from tests.factories.assessments import AT, make_component_score, make_veto
from tests.factories.cycles import make_cycle, make_reviewee
from tests.factories.scoring import make_clerk

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle():
    cycle = make_cycle(preset="50-50", stage="reporting")
    for _ in range(2):
        make_reviewee(cycle=cycle)
    return cycle


def component_of(cycle):
    return cycle.scheme.components.get(kind="imported")


def record(cycle, *, value="88", out_of="100", source="考核通报", version=None, reviewee=None):
    return services.record_component_score(
        (reviewee or cycle.reviewees.first()).pk,
        component_of(cycle).pk,
        value=Decimal(value),
        out_of=Decimal(out_of),
        source=source,
        version=version,
        actor=make_clerk(cycle),
        at=AT,
    )


def test_figure_is_recorded_and_logged(cycle):
    row = record(cycle, value="45", out_of="50", source=" 通报 ")

    assert (row.value, row.out_of, row.source, row.version) == (45, 50, "通报", 1)
    entry = AuditEntry.objects.get(action="assessments.scores_recorded")
    assert entry.details["scores"] == {row.reviewee.name: "45/50"}


def test_correction_replaces_and_raises_the_version(cycle):
    record(cycle)

    row = record(cycle, value="90", version=1)

    assert (row.value, row.version) == (90, 2)
    assert ComponentScore.objects.count() == 1


def test_correction_of_a_stale_figure_is_refused(cycle):
    record(cycle)
    record(cycle, value="90", version=1)

    with pytest.raises(StaleVersion):
        record(cycle, value="70", version=1)


def test_nought_is_a_figure(cycle):
    assert record(cycle, value="0").value == 0


@pytest.mark.parametrize(
    "wrong", [{"value": "101"}, {"value": "-1"}, {"out_of": "0", "value": "0"}, {"source": "  "}]
)
def test_figure_that_does_not_fit_is_refused(cycle, wrong):
    with pytest.raises(FigureRefused):
        record(cycle, **wrong)

    assert not ComponentScore.objects.exists()


def test_reviewee_of_another_cycle_is_refused(cycle):
    with pytest.raises(FigureRefused):
        record(cycle, reviewee=make_reviewee())


def test_several_are_all_or_none(cycle):
    first, second = cycle.reviewees.all()
    figures = [
        services.Figure(first.pk, Decimal(90), Decimal(100), "通报"),
        services.Figure(second.pk, Decimal(190), Decimal(100), "通报"),
    ]

    with pytest.raises(FigureRefused, match="全部没有保存"):
        services.record_component_scores(component_of(cycle).pk, figures, actor=make_clerk(cycle), at=AT)

    assert not ComponentScore.objects.exists()


@pytest.mark.parametrize("stage", ["rectifying", "archived"])
def test_figures_are_fixed_after_sign_off(cycle, stage):
    type(cycle).objects.filter(pk=cycle.pk).update(stage=stage)

    with pytest.raises(AssessmentsFixed):
        record(cycle)
    with pytest.raises(AssessmentsFixed):
        services.record_veto(
            cycle.reviewees.first().pk, caps_at=Grade.POOR, reason="事由", actor=make_clerk(cycle), at=AT
        )


def test_veto_is_recorded_withdrawn_and_told(cycle):
    reviewee = cycle.reviewees.first()
    actor = make_clerk(cycle)
    told = []
    veto_changed.connect(lambda **kwargs: told.append(kwargs["reviewee_id"]), weak=False, dispatch_uid="t")

    try:
        veto = services.record_veto(reviewee.pk, caps_at=Grade.AVERAGE, reason="受处分", actor=actor, at=AT)
        services.withdraw_veto(veto.pk, actor=actor, at=AT)
        services.withdraw_veto(veto.pk, actor=actor, at=AT)
    finally:
        veto_changed.disconnect(dispatch_uid="t")

    veto.refresh_from_db()
    assert (veto.withdrawn_at, veto.withdrawn_by) == (AT, actor)
    assert told == [reviewee.pk, reviewee.pk]
    assert AuditEntry.objects.filter(action="assessments.veto_withdrawn").count() == 1


@pytest.mark.parametrize(("caps_at", "reason"), [(Grade.GOOD, "事由"), (Grade.POOR, " ")])
def test_veto_that_says_nothing_is_refused(cycle, caps_at, reason):
    with pytest.raises(FigureRefused):
        services.record_veto(
            cycle.reviewees.first().pk, caps_at=caps_at, reason=reason, actor=make_clerk(cycle), at=AT
        )

    assert not Veto.objects.exists()


def test_lowest_standing_veto_counts(cycle):
    first, second = cycle.reviewees.all()
    clerk = make_clerk(cycle)
    for caps_at in ("fairly_good", "poor", "average"):
        make_veto(first, actor=clerk, caps_at=caps_at)
    withdrawn = make_veto(second, actor=clerk)
    services.withdraw_veto(withdrawn.pk, actor=clerk, at=AT)

    assert active_caps(cycle) == {first.pk: Grade.POOR}


def test_components_count_what_is_in_and_what_is_missing(cycle):
    make_component_score(cycle.reviewees.first(), component_of(cycle), actor=make_clerk(cycle))

    [row] = components_visible_to(make_clerk(cycle))

    assert (row.n_entered, row.n_reviewees, row.n_missing) == (1, 2, 1)
    assert not components_visible_to(make_user("clerk")).exists()
