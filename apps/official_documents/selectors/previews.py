"""A template shown on real data, or on invented data before there are any."""

from typing import Any

from django.utils import timezone

from apps.cycles.models import ReviewCycle
from apps.official_documents.domain.dressing import dress_up
from apps.official_documents.domain.scopes import Format, Scope, Subject
from apps.official_documents.domain.templates import Template
from apps.official_documents.kit.kinds import COMMON_FIELDS, Kind, common_values
from apps.official_documents.kit.rendering import render
from apps.organizations.models import Organization, field_named

MOST_SAMPLES = 30
DEMONSTRATION = ""


def samples_of(kind: Kind, host: Organization, cycle: ReviewCycle | None) -> list[tuple[str, str]]:
    """Return what a preview can show, as pairs of key and label: real documents of the cycle, or of the host's newest."""
    found = [(DEMONSTRATION, "示例数据（虚构）")]
    ready = _ready_cycle(kind, host, cycle)
    if ready is None:
        return found
    subjects = kind.subjects(ready)[:MOST_SAMPLES]
    names = {one.pk: str(one) for one in ready.reviewees.all()} if kind.scope is Scope.REVIEWEE else {}
    return found + [(_key(one), f"{ready.year}年 {_label(one, names)}".strip()) for one in subjects]


def _ready_cycle(kind: Kind, host: Organization, cycle: ReviewCycle | None) -> ReviewCycle | None:
    rows = ReviewCycle.objects.filter(host=host).select_related("host", "deliberation").order_by("-year")
    chosen = rows.filter(pk=cycle.pk) if cycle else rows
    return next((one for one in chosen if not kind.why_not(one)), None)


def _key(subject: Subject) -> str:
    return f"{subject.cycle_id}-{subject.reviewee_id or ''}-{subject.field}"


def _label(subject: Subject, names: dict[int, str]) -> str:
    if subject.reviewee_id is not None:
        return names.get(subject.reviewee_id, "")
    return f"{field_named(subject.field).label}领域" if subject.field else "全周期"


def preview_pdf(
    kind: Kind, host: Organization, cycle: ReviewCycle | None, template: Template, sample: str
) -> bytes:
    """Return the document a template makes, without number and mark.

    :raises MissingGlyph: no font at hand has one of the characters.
    """
    today = timezone.localdate()
    content, values = _data(kind, host, cycle, sample)
    dress = dress_up(
        template,
        kind.passages,
        kind.switches,
        {**values, **kind.values(content)},
        number=None,
        issue_no=1,
        issued_on=today,
    )
    return render(kind, content, dress, Format.PDF)


def _data(
    kind: Kind, host: Organization, cycle: ReviewCycle | None, sample: str
) -> tuple[Any, dict[str, str]]:
    """Return contents and common values of the sample; one that is not offered counts as the demonstration."""
    ready = _ready_cycle(kind, host, cycle) if sample else None
    subjects = {_key(one): one for one in kind.subjects(ready)} if ready is not None else {}
    if ready is not None and sample in subjects:
        return kind.contents(subjects[sample]), common_values(ready, timezone.localdate())
    values = {one.name: one.example for one in COMMON_FIELDS} | {"组织单位": host.name}
    return kind.demonstration(), values
