"""Writes of term elections (换届): held, moved, corrected, taken back; and the length of an organization's terms."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.audit.services import record_action
from apps.common.domain.actors import Actor
from apps.organizations.models import Organization
from apps.secretaries.domain.terms import due_day, is_far_shift
from apps.secretaries.errors import ElectionRefused, WrongPeriod
from apps.secretaries.models import Election, TermSetting
from apps.secretaries.selectors import term_of

LOGGED = ("held_on", "term_years", "due_on", "shift_reason", "shift_document", "note")


@transaction.atomic
def record_election(
    organization_id: int,
    *,
    held_on: date,
    term_years: int | None = None,
    note: str = "",
    actor: Actor | None,
    at: datetime,
) -> Election:
    """Record a held election; the next is due when its term ends. ``term_years`` ``None`` takes the organization's own length.

    :raises ElectionRefused: the organization holds no elections, or one is recorded for this day.
    :raises WrongPeriod: the day lies ahead.
    """
    organization = _locked(organization_id)
    years = term_years or term_of(organization)
    if not years:
        raise ElectionRefused(
            f"“{organization}”设为不换届（{organization.get_kind_display()}由上级任命，或届期设为不换届），所以没有登记。需要时请先改届期。"
        )
    election = Election(
        organization=organization,
        held_on=held_on,
        term_years=years,
        due_on=due_day(held_on, years),
        note=note,
        is_latest=False,
    )
    _check_held(election, at)
    election.save(force_insert=True)
    _mark_latest(organization_id)
    _log(election, "election_recorded", {}, actor, at)
    election.refresh_from_db(fields=["is_latest"])
    return election


@transaction.atomic
def shift_election(
    election_id: int, *, due_on: date, reason: str, document: str = "", actor: Actor, at: datetime
) -> Election:
    """Move the day of the next election (延期或提前) as the superior consented. Back to the regular day needs no reason.

    :raises ElectionRefused: it is not the organization's last election; no reason; moved by more than the usual
        year without the superior's document.
    :raises WrongPeriod: the day does not lie after the election.
    """
    election = _locked_election(election_id)
    before = _described(election)
    if not election.is_latest:
        raise ElectionRefused("只能改最近一次换届以后的应换届日期，没有改动。")
    if due_on <= election.held_on:
        raise WrongPeriod(f"应换届日期应在换届日期 {election.held_on} 之后，没有改动。")
    if due_on != election.regular_due_on and not reason:
        raise ElectionRefused("提前或延期换届请写明原因。没有改动。")
    if is_far_shift(election.regular_due_on, due_on) and not document:
        raise ElectionRefused(
            f"{due_on} 与届满日期 {election.regular_due_on} 相差一年以上，超出一般期限。请核对日期；确经上级批准的，请填批复文号。没有改动。"
        )
    election.due_on = due_on
    is_regular = due_on == election.regular_due_on
    election.shift_reason, election.shift_document = ("", "") if is_regular else (reason, document)
    return _saved(election, "election_shifted", before, actor, at)


@transaction.atomic
def correct_election(
    election_id: int, *, held_on: date, term_years: int, note: str, actor: Actor, at: datetime
) -> Election:
    """Correct a wrongly entered election. A day moved by consent stays unless day or length changed.

    :raises ElectionRefused: another one is recorded for this day.
    :raises WrongPeriod: the day lies ahead.
    """
    election = _locked_election(election_id)
    before = _described(election)
    if (election.held_on, election.term_years) != (held_on, term_years):
        election.due_on = due_day(held_on, term_years)
        election.shift_reason = election.shift_document = ""
    election.held_on, election.term_years, election.note = held_on, term_years, note
    _check_held(election, at)
    election = _saved(election, "election_corrected", before, actor, at)
    _mark_latest(election.organization_id)
    return election


@transaction.atomic
def void_election(election_id: int, *, reason: str, actor: Actor, at: datetime) -> Organization:
    """Take a mistaken entry back; the log keeps what stood there and why."""
    election = _locked_election(election_id)
    organization, details = election.organization, {"before": _described(election), "reason": reason}
    record_action("secretaries.election_voided", organization, actor=actor, at=at, details=details)
    election.delete()
    _mark_latest(organization.pk)
    return organization


@transaction.atomic
def set_term(organization_id: int, *, term_years: int | None, actor: Actor, at: datetime) -> Organization:
    """Set the length of an organization's terms: 3 or 5 years, 0 no elections, ``None`` as its kind says. For elections to come."""
    organization = _locked(organization_id)
    rows = TermSetting.objects.filter(organization=organization)
    before = rows.values_list("term_years", flat=True).first()
    if before == term_years:
        return organization
    if term_years is None:
        rows.delete()
    else:
        TermSetting.objects.update_or_create(organization=organization, defaults={"term_years": term_years})
    details = {"term_years": [before, term_years]}
    record_action("secretaries.term_set", organization, actor=actor, at=at, details=details)
    return organization


def _check_held(election: Election, at: datetime) -> None:
    if election.held_on > timezone.localdate(at):
        raise WrongPeriod(f"换届日期 {election.held_on} 还没有到。请在换届以后登记，没有保存。")
    same = Election.objects.filter(organization=election.organization, held_on=election.held_on)
    if same.exclude(pk=election.pk).exists():
        raise ElectionRefused(f"“{election.organization}”{election.held_on} 的换届已经登记过，没有重复登记。")


def _mark_latest(organization_id: int) -> None:
    rows = Election.objects.filter(organization_id=organization_id)
    latest = rows.order_by("-held_on").values_list("pk", flat=True).first()
    if latest is not None:
        rows.filter(is_latest=True).exclude(pk=latest).update(is_latest=False)
        rows.filter(pk=latest, is_latest=False).update(is_latest=True)


def _locked(organization_id: int) -> Organization:
    return Organization.objects.select_for_update().get(pk=organization_id)


def _locked_election(election_id: int) -> Election:
    """Lock the organization of an election, then read the election."""
    _locked(Election.objects.values_list("organization_id", flat=True).get(pk=election_id))
    return Election.objects.select_related("organization").get(pk=election_id)


def _described(election: Election) -> dict[str, Any]:
    values = {name: getattr(election, name) for name in LOGGED}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def _saved(election: Election, what: str, before: dict[str, Any], actor: Actor, at: datetime) -> Election:
    """Save what has changed and log it; the same again changes nothing."""
    if _described(election) != before:
        election.save(update_fields=LOGGED)
        _log(election, what, before, actor, at)
    return election


def _log(election: Election, what: str, before: dict[str, Any], actor: Actor | None, at: datetime) -> None:
    after = _described(election)
    details = {
        name: [before[name], value] if before else value
        for name, value in after.items()
        if (before[name] != value if before else value)
    }
    record_action(f"secretaries.{what}", election.organization, actor=actor, at=at, details=details)
