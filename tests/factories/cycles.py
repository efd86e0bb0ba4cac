"""Cycles at any stage, with the whole 60/40 scheme, written directly as services would leave them."""

from dataclasses import replace
from datetime import UTC, datetime

from apps.cycles.domain.papers.presets import STANDARD
from apps.cycles.domain.papers.templates import describe_template
from apps.cycles.domain.presets import PRESETS
from apps.cycles.models import ReviewCycle, Reviewee, ReviewScheme, SchemePaper
from apps.cycles.services.writing import rule_values, write_parts
from tests.factories.organizations import make_organization
from tests.factories.secretaries import make_appointment

AT = datetime(2026, 11, 10, 1, 0, tzinfo=UTC)


def make_cycle(*, stage="reporting", host=None, year=2026, title=None, preset="60-40", at=AT, **fields):
    """Make a cycle with its full scheme; beyond the draft the scheme is frozen. ``fields`` go to the cycle row."""
    host = host or make_organization()
    title = title or f"{year}年度{host.name}述职评议考核"
    cycle = ReviewCycle.objects.create(year=year, host=host, title=title, created_at=at, **fields)
    scheme = make_scheme(cycle, preset=preset)
    if stage != "draft":
        scheme.frozen_at = cycle.opened_at = at
        scheme.save(update_fields=["frozen_at"])
        cycle.stage = stage
        cycle.save(update_fields=["stage", "opened_at"])
    return cycle


def make_scheme(cycle, *, preset="60-40"):
    """Write a preset's plan to the tables; 12 people expected in every voter group."""
    plan = PRESETS[preset].plan
    groups = tuple(replace(group, n_expected=12) for group in plan.groups)
    scheme = ReviewScheme.objects.create(cycle=cycle, preset=preset, **rule_values(plan.rules))
    write_parts(scheme, replace(plan, groups=groups))
    return scheme


def make_paper(scheme, *, template=STANDARD, name="测评表", preset="", order_no=None):
    """Add an evaluation form to a scheme that is not frozen."""
    return SchemePaper.objects.create(
        scheme=scheme,
        order_no=order_no or scheme.papers.count() + 1,
        name=name,
        preset=preset,
        definition=describe_template(template),
    )


def make_reviewee(*, cycle=None, organization=None, secretary=None, **fields):
    """Add a reviewee with an appointment in force, at a new organization below the host unless given."""
    cycle = cycle or make_cycle()
    organization = organization or make_organization(superior=cycle.host)
    if secretary is None:
        secretary = make_appointment(organization=organization).secretary
    values = {
        "name": secretary.name,
        "post": "党支部书记",
        "organization_name": organization.name,
        "field": organization.field,
        "order_no": cycle.reviewees.count() + 1,
    } | fields
    return Reviewee.objects.create(cycle=cycle, organization=organization, secretary=secretary, **values)
