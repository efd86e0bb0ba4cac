"""Checks of the sheet 书记 against the organizations and the stored careers, and what would change."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from apps.rosters.domain.columns import SECRETARIES
from apps.rosters.domain.offices import Entry, check_offices
from apps.rosters.domain.organizations import KEPT, Known, OrganizationChecks, differing
from apps.rosters.domain.people import NAMES_TOLD, PeopleMatcher, RosterPerson, gather_people
from apps.rosters.domain.plan import Change, FieldChange, ImportPlan
from apps.rosters.domain.present import PresentAppointment, PresentRoster, Reach
from apps.rosters.domain.rows import GENDERS, VALUE_LENGTH, Problem, SecretaryRow
from apps.secretaries.domain.careers import AppointmentData, PersonData
from apps.secretaries.domain.phones import mask_phone

SHEET = SECRETARIES.name
GENDER_LABELS = {value: label for label, value in GENDERS.items()}


class SecretaryChecks:
    """One run over the rows. ``tree`` is the checked sheet 党组织."""

    def __init__(
        self, rows: Sequence[SecretaryRow], present: PresentRoster, reach: Reach, tree: OrganizationChecks
    ) -> None:
        self.rows, self.present, self.reach, self.tree = rows, present, reach, tree
        self.problems: list[Problem] = []
        self.notices: list[str] = []
        self.entries: list[Entry] = []
        self.people: list[RosterPerson] = []

    def run(self) -> list[Problem]:
        """Return everything wrong with the rows."""
        self._find_people()
        for person in self.people:
            for row in person.rows:
                self._check_organization(row)
            self._enter(person)
        self.problems += check_offices(self.entries, self.present)
        self._check_people_held()
        return self.problems

    def _find_people(self) -> None:
        self.people, contradictions = gather_people(self.rows)
        matcher = PeopleMatcher(self.present)
        matcher.match(self.people)
        self.problems += [*contradictions, *matcher.problems]
        self.notices += [
            f"书记表第 {one.first_row} 行“{one.name}”按新人导入：系统里有同名的人，但手机、出生年月和任职单位都对不上。"
            for one in matcher.namesakes[:NAMES_TOLD]
        ]

    def _enter(self, person: RosterPerson) -> None:
        """Make entries of a person's rows; the same appointment twice is refused."""
        if person.stored is None and len(person.rows) == 1:
            row = person.rows[0]
            if row.started_on is not None:
                self._note(Entry(row, person, None, row.started_on, row.ended_on))
            return
        seen: dict[tuple[object, ...], SecretaryRow] = {}
        career = self.present.careers.get(person.stored.id, ()) if person.stored else ()
        for row in person.rows:
            if row.started_on is None:
                continue
            wanted = (row.organization_code, row.post, row.started_on)
            first = seen.setdefault(wanted, row)
            if first is not row:
                self._refuse(row, "姓名", row.name, f"与第 {first.row_no} 行重复：同一个人的同一任职")
                continue
            stored = next((a for a in career if (a.organization_code, a.post, a.started_on) == wanted), None)
            ended_on = row.ended_on or (stored.ended_on if stored else None)
            self._note(Entry(row, person, stored, row.started_on, ended_on))

    def _note(self, entry: Entry) -> None:
        self.entries.append(entry)
        if entry.ended_on is not None and entry.ended_on < entry.started_on:
            reason = f"免职日期早于任职日期 {entry.started_on}"
            self._refuse(entry.row, "免职日期", str(entry.ended_on), reason)

    def _check_organization(self, row: SecretaryRow) -> None:
        code = row.organization_code
        organization = self.tree.merged.get(code)
        if organization is None:
            if code:
                reason = f"没有编码为“{code}”的党组织：党组织表和系统里都没有{self.tree.suggestion(code)}"
                self._refuse(row, "党组织编码", code, reason)
            return
        if not self.reach.is_everything:
            stored = self.tree.present.get(code)
            if stored is not None and not self.reach.covers(stored):
                self._refuse(row, "党组织编码", code, f"“{stored.name}”不在您的管理范围内")
        if organization.abolished_on:
            self._check_alive(row, organization, organization.abolished_on)

    def _check_alive(self, row: SecretaryRow, organization: Known, abolished_on: date) -> None:
        if row.started_on and row.ended_on is None and row.started_on >= abolished_on:
            reason = f"“{organization.name}”已于 {abolished_on} 撤销，不能再任命书记"
            self._refuse(row, "党组织编码", row.organization_code, reason)

    def _check_people_held(self) -> None:
        """Refuse changes to the personal data of people another department keeps."""
        if self.reach.is_everything:
            return
        for person in self.people:
            if person.stored is None or self._holds(person.stored.id) or not (told := differences(person)):
                continue
            detail = "；".join(f"{head}：{old} → {new}" for head, old, new in told)
            reason = f"此人现由其他单位管理，个人信息与系统不一致（{detail}），请留空或由其所在单位修改"
            self._refuse(person.rows[0], "姓名", person.name, reason)

    def _holds(self, person_id: int) -> bool:
        career = self.present.careers.get(person_id, [])
        in_office = [one for one in career if one.ended_on is None] or career
        return any(self.reach.covers(self.tree.present[one.organization_code]) for one in in_office)

    def _refuse(self, row: SecretaryRow, head: str, value: str, reason: str) -> None:
        self.problems.append(Problem(SHEET, row.row_no, head, value[:VALUE_LENGTH], reason))


def differences(person: RosterPerson) -> tuple[FieldChange, ...]:
    """Say what the workbook would change in a stored person; empty cells change nothing."""
    stored = person.stored
    if stored is None:
        return ()
    born_on = stored.born_on if _same_month(stored.born_on, person.born_on) else person.born_on
    told = differing(
        ("性别", GENDER_LABELS.get(stored.gender, ""), GENDER_LABELS.get(person.gender or stored.gender, "")),
        ("出生年月", stored.born_on, born_on),
        ("手机", mask_phone(stored.phone), mask_phone(person.phone or stored.phone)),
    )
    if person.phone and person.phone != stored.phone and mask_phone(person.phone) == mask_phone(stored.phone):
        return (*told, ("手机（中间四位）", "原号", "新号"))
    return told


def _same_month(stored: date | None, wanted: date | None) -> bool:
    return wanted is None or (stored is not None and stored.replace(day=1) == wanted)


@dataclass(slots=True)
class _Told:
    """A person's key in the plan, and the changes of personal data not yet told of at one of his or her rows."""

    key: int
    fields: tuple[FieldChange, ...]


def plan_secretaries(checks: SecretaryChecks, plan: ImportPlan) -> None:
    """Add what would change to the plan; ``checks`` found nothing wrong."""
    told: dict[int, _Told] = {}
    for number, person in enumerate(checks.people, start=1):
        one = _Told(person.stored.id if person.stored else -number, differences(person))
        told[id(person)] = one
        if person.stored is None or one.fields:
            plan.people.append(_person(person, one.key))
    for entry in checks.entries:
        _plan_entry(entry, told[id(entry.person)], checks, plan)
    if checks.rows:
        plan.changes += _gone(checks)
    plan.notices += checks.notices


def _plan_entry(entry: Entry, told: _Told, checks: SecretaryChecks, plan: ImportPlan) -> None:
    row, stored, code = entry.row, entry.stored, entry.row.organization_code
    label = f"{row.name}　{checks.tree.merged[code].name}{row.post}"
    fields, told.fields = told.fields, ()
    if stored is not None and stored.ended_on == entry.ended_on:
        kind = "changed" if fields else "same"
        plan.changes.append(Change(SHEET, row.row_no, kind, label, "", fields))
        return
    stored_id = stored.id if stored else None
    plan.appointments.append(
        AppointmentData(stored_id, told.key, code, row.post, entry.started_on, entry.ended_on)
    )
    if stored is None:
        detail = f"{entry.started_on} 任职" + (f"，{entry.ended_on} 免职" if entry.ended_on else "")
        detail += "（系统里已有此人）" if entry.person.stored else ""
        plan.changes.append(Change(SHEET, row.row_no, "new", label, detail, fields))
    else:
        ended = differing(("免职日期", stored.ended_on, entry.ended_on))
        plan.changes.append(Change(SHEET, row.row_no, "changed", label, "", (*ended, *fields)))


def _person(person: RosterPerson, key: int) -> PersonData:
    stored = person.stored
    if stored is None:
        return PersonData(key, None, person.name, person.gender, person.born_on, person.phone)
    kept = PersonData(key, stored.id, stored.name, stored.gender, stored.born_on, stored.phone)
    born_on = stored.born_on if _same_month(stored.born_on, person.born_on) else person.born_on
    return replace(
        kept, gender=person.gender or stored.gender, born_on=born_on, phone=person.phone or stored.phone
    )


def _gone(checks: SecretaryChecks) -> list[Change]:
    met = {person.stored.id for person in checks.people if person.stored}
    tree = checks.tree.present

    def is_missing(person_id: int, one: PresentAppointment) -> bool:
        in_office = person_id not in met and one.ended_on is None
        return in_office and checks.reach.covers(tree[one.organization_code])

    return [
        Change(SHEET, 0, "gone", _gone_label(checks, person_id, one), f"{KEPT}；如已离任请登记免职")
        for person_id, career in checks.present.careers.items()
        for one in career
        if is_missing(person_id, one)
    ]


def _gone_label(checks: SecretaryChecks, person_id: int, one: PresentAppointment) -> str:
    organization = checks.tree.present[one.organization_code]
    return f"{checks.present.people[person_id].name}　{organization.name}{one.post}"
