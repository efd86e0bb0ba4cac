"""Checks of the sheet 书记 against the organizations and the stored careers, and what would change."""

from collections.abc import Iterator
from datetime import date

from apps.rosters.domain.afterwards import Known
from apps.rosters.domain.columns import SECRETARIES
from apps.rosters.domain.gathering import gather_people
from apps.rosters.domain.matching import PeopleMatcher
from apps.rosters.domain.offices import OfficeChecks
from apps.rosters.domain.organizations import KEPT, NOTHING, OrganizationChecks, differing
from apps.rosters.domain.people import Entry, People, Person, RosterPerson, StoredEntry
from apps.rosters.domain.plan import Change, FieldChange, SheetPlan
from apps.rosters.domain.present import PresentRoster, Reach, StoredRoster
from apps.rosters.domain.rows import GENDERS, VALUE_LENGTH, Problem, SecretaryRow, SecretaryRows
from apps.secretaries.domain.careers import AppointmentData, PersonData
from apps.secretaries.domain.phones import mask_phone

SHEET = SECRETARIES.name
NAMES_TOLD = 20
GENDER_LABELS = {value: label for label, value in GENDERS.items()}


class SecretaryChecks:
    """One run over the rows. ``tree`` is the checked sheet 党组织."""

    def __init__(
        self, read: SecretaryRows, present: PresentRoster, reach: Reach, tree: OrganizationChecks
    ) -> None:
        self.read, self.present, self.reach, self.tree = read, present, reach, tree
        self.problems: list[Problem] = []
        self.notices: list[str] = []
        self.people = People(read.rows)

    def run(self) -> list[Problem]:
        """Return everything wrong with the rows."""
        self._find_people()
        offices = OfficeChecks(self.present)
        for person in self.people:
            for row in person.rows:
                self._check_organization(row)
            if isinstance(person, RosterPerson):
                self._enter(person)
            for entry in person.entries:
                self._check_days(entry)
                offices.enter(entry)
        self.problems += offices.problems(self.people)
        self._check_people_held()
        return self.problems

    def _find_people(self) -> None:
        self.people, contradictions = gather_people(self.read)
        matcher = PeopleMatcher(self.present)
        matcher.match(self.people)
        self.problems += [*contradictions, *matcher.problems]
        self.notices += [
            f"书记表第 {one.first_row} 行“{one.name}”按新人导入：系统里有同名的人，但手机、出生年月和任职单位都对不上。"
            for one in matcher.namesakes[:NAMES_TOLD]
        ]

    def _enter(self, person: RosterPerson) -> None:
        """Make entries of a person's rows; the same appointment twice is refused."""
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
            person.entries.append(StoredEntry(row, person, stored, row.started_on, ended_on))

    def _check_days(self, entry: Entry) -> None:
        if entry.started_on and entry.ended_on and entry.ended_on < entry.started_on:
            reason = f"免职日期早于任职日期 {entry.started_on}"
            self._refuse(entry.row, "免职日期", str(entry.ended_on), reason)

    def _check_organization(self, row: SecretaryRow) -> None:
        code = row.organization_code
        if code not in self.tree.merged:
            if code:
                reason = f"没有编码为“{code}”的党组织：党组织表和系统里都没有{self.tree.suggestion(code)}"
                self._refuse(row, "党组织编码", code, reason)
            return
        if not self.reach.is_everything:
            stored = self.tree.present.get(code)
            if stored is not None and not self.reach.covers(stored):
                self._refuse(row, "党组织编码", code, f"“{stored.name}”不在您的管理范围内")
        if code in self.tree.gone:
            self._check_alive(row, self.tree.merged[code])

    def _check_alive(self, row: SecretaryRow, organization: Known) -> None:
        day = organization.abolished_on
        if day and row.started_on and row.ended_on is None and row.started_on >= day:
            reason = f"“{organization.name}”已于 {day} 撤销，不能再任命书记"
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

    def people_data(self) -> list[PersonData]:
        """Return the people to be written; nothing was found wrong."""
        return [_person(one) for one in self.people if one.stored is None or differences(one)]

    def appointments_data(self) -> list[AppointmentData]:
        """Return the appointments to be written likewise."""
        return [_appointment(one) for person in self.people for one in person.entries if not _is_stored(one)]

    def plan(self, stored: StoredRoster) -> SheetPlan:
        """Return what would change; nothing was found wrong."""
        met = [person.stored.id for person in self.people if person.stored]
        missing = stored.missing_appointments(met, self.reach) if self.read.rows else NOTHING
        return SheetPlan(self._lines, missing, f"{KEPT}；如已离任请登记免职", SHEET)

    def _lines(self) -> Iterator[Change]:
        """Yield a line for each entry; what changes in a person is told at the first of his or her rows."""
        for person in self.people:
            fields = differences(person)
            for entry in person.entries:
                where = self.tree.merged.name(entry.row.organization_code)
                yield _line(entry, f"{entry.row.name}　{where}{entry.row.post}", fields)
                fields = ()

    def _refuse(self, row: SecretaryRow, head: str, value: str, reason: str) -> None:
        self.problems.append(Problem(SHEET, row.row_no, head, value[:VALUE_LENGTH], reason))


def differences(person: Person) -> tuple[FieldChange, ...]:
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


def _line(entry: Entry, label: str, fields: tuple[FieldChange, ...]) -> Change:
    row, stored = entry.row, entry.stored
    if stored is None:
        detail = f"{entry.started_on} 任职" + (f"，{entry.ended_on} 免职" if entry.ended_on else "")
        detail += "（系统里已有此人）" if entry.person.stored else ""
        return Change(SHEET, row.row_no, "new", label, detail, fields)
    if not _is_stored(entry):
        fields = (*differing(("免职日期", stored.ended_on, entry.ended_on)), *fields)
    return Change(SHEET, row.row_no, "changed" if fields else "same", label, "", fields)


def _is_stored(entry: Entry) -> bool:
    """Tell whether the appointment stands as the row says."""
    return entry.stored is not None and entry.stored.ended_on == entry.ended_on


def _key_of(person: Person) -> int:
    """Return what ties appointments to their person: the id of a stored one, else a number of this import."""
    return person.stored.id if person.stored else -person.first_row


def _appointment(entry: Entry) -> AppointmentData:
    assert entry.started_on is not None  # noqa: S101 -- a row without it makes no entry
    row, stored_id = entry.row, entry.stored.id if entry.stored else None
    return AppointmentData(
        stored_id, _key_of(entry.person), row.organization_code, row.post, entry.started_on, entry.ended_on
    )  # fmt: skip


def _person(person: Person) -> PersonData:
    stored, key = person.stored, _key_of(person)
    if stored is None:
        return PersonData(key, None, person.name, person.gender, person.born_on, person.phone)
    born_on = stored.born_on if _same_month(stored.born_on, person.born_on) else person.born_on
    gender, phone = person.gender or stored.gender, person.phone or stored.phone
    return PersonData(key, stored.id, stored.name, gender, born_on, phone)
