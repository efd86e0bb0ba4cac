"""Checks of the sheet 书记 against the organizations and the stored careers, and what would change."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from apps.organizations.domain.tree import OrganizationData
from apps.rosters.domain.columns import SECRETARIES, most_alike
from apps.rosters.domain.organizations import OrganizationChecks, describe
from apps.rosters.domain.people import NAMES_TOLD, PeopleMatcher, PeopleOfFile, RosterPerson
from apps.rosters.domain.plan import Change, ImportPlan
from apps.rosters.domain.present import PresentAppointment, PresentRoster, Reach
from apps.rosters.domain.rows import GENDERS, Problem, SecretaryRow
from apps.secretaries.domain.careers import AppointmentData, PersonData
from apps.secretaries.domain.phones import mask_phone

SHEET = SECRETARIES.name
SUGGESTED = 20
GENDER_LABELS = {value: label for label, value in GENDERS.items()}


@dataclass(slots=True)
class Entry:
    """One row, its person, and the stored appointment it speaks of, if there is one."""

    row: SecretaryRow
    person: RosterPerson
    stored: PresentAppointment | None
    started_on: date

    @property
    def ended_on(self) -> date | None:
        """Return the end as it would be: an empty cell keeps what is stored."""
        return self.row.ended_on or (self.stored.ended_on if self.stored else None)


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
        self._seen: dict[tuple[int, str, str, date], SecretaryRow] = {}
        self._n_suggested = 0

    def run(self) -> list[Problem]:
        """Return everything wrong with the rows."""
        self._find_people()
        for person in self.people:
            for row in person.rows:
                self._check_row(row, person)
            self._check_career(person)
        self._check_people_held()
        self._notice_pairs()
        return self.problems

    def _find_people(self) -> None:
        gathered = PeopleOfFile()
        for row in self.rows:
            gathered.add(row)
        self.people = gathered.people
        matcher = PeopleMatcher(self.present)
        matcher.match(self.people)
        self.problems += [*gathered.problems, *matcher.problems]
        told = matcher.namesakes[:NAMES_TOLD]
        self.notices += [
            f"书记表第 {one.first_row} 行“{one.name}”按新人导入：系统里有同名的人，但手机、出生年月和任职单位都对不上。"
            for one in told
        ]

    def _check_row(self, row: SecretaryRow, person: RosterPerson) -> None:
        self._check_organization(row)
        if row.started_on is None:
            return
        key = (id(person), row.organization_code, row.post, row.started_on)
        first = self._seen.setdefault(key, row)
        if first is not row:
            self._refuse(row, "姓名", row.name, f"与第 {first.row_no} 行重复：同一个人的同一任职")
            return
        entry = Entry(row, person, self._stored(row, person), row.started_on)
        self.entries.append(entry)
        if entry.ended_on is not None and entry.ended_on < row.started_on:
            self._refuse(row, "免职日期", str(entry.ended_on), f"免职日期早于任职日期 {row.started_on}")

    def _stored(self, row: SecretaryRow, person: RosterPerson) -> PresentAppointment | None:
        if person.stored is None:
            return None
        wanted = (row.organization_code, row.post, row.started_on)
        career = self.present.careers.get(person.stored.id, ())
        return next((a for a in career if (a.organization_code, a.post, a.started_on) == wanted), None)

    def _check_organization(self, row: SecretaryRow) -> None:
        code = row.organization_code
        if not code:
            return
        organization = self.tree.merged.get(code)
        if organization is None:
            self._refuse(
                row,
                "党组织编码",
                code,
                f"没有编码为“{code}”的党组织：党组织表和系统里都没有{self._suggestion(code)}",
            )
            return
        stored = self.tree.present.get(code)
        if stored is not None and not self.reach.covers(stored):
            self._refuse(row, "党组织编码", code, f"“{stored.name}”不在您的管理范围内")
        self._check_alive(row, organization)

    def _check_alive(self, row: SecretaryRow, organization: OrganizationData) -> None:
        abolished_on = organization.abolished_on
        if abolished_on and row.started_on and row.ended_on is None and row.started_on >= abolished_on:
            self._refuse(
                row,
                "党组织编码",
                row.organization_code,
                f"“{organization.name}”已于 {abolished_on} 撤销，不能再任命书记",
            )

    def _suggestion(self, code: str) -> str:
        if self._n_suggested >= SUGGESTED:
            return ""
        self._n_suggested += 1
        alike = most_alike(code, list(self.tree.merged))
        return f"。最接近的是“{alike}”{self.tree.merged[alike].name}" if alike else ""

    def _check_career(self, person: RosterPerson) -> None:
        """Refuse a second open appointment to the same post: the first one must be ended."""
        mine = [entry for entry in self.entries[-len(person.rows) :] if entry.person is person]
        spoken_of = {entry.stored.id for entry in mine if entry.stored}
        career = self.present.careers.get(person.stored.id, ()) if person.stored else ()
        open_since = {
            (one.organization_code, one.post): one.started_on
            for one in career
            if one.ended_on is None and one.id not in spoken_of
        }
        for entry in mine:
            if entry.ended_on is not None:
                continue
            since = open_since.setdefault((entry.row.organization_code, entry.row.post), entry.started_on)
            if since != entry.started_on:
                self._refuse(
                    entry.row,
                    "任职日期",
                    str(entry.started_on),
                    f"此人自 {since} 起已任这一职务，还没有免职。连任请填原任职的免职日期；日期写错请在书记页面更正",
                )

    def _check_people_held(self) -> None:
        """Refuse changes to the personal data of people another department keeps."""
        if self.reach.is_everything:
            return
        for person in self.people:
            if (
                person.stored is not None
                and not self._holds(person.stored.id)
                and (detail := differences(person))
            ):
                row = person.rows[0]
                self._refuse(
                    row,
                    "姓名",
                    row.name,
                    f"此人现由其他单位管理，个人信息与系统不一致（{detail}），请留空或由其所在单位修改",
                )

    def _holds(self, person_id: int) -> bool:
        career = self.present.careers.get(person_id, [])
        in_office = [one for one in career if one.ended_on is None] or career
        return any(self.reach.covers(self.tree.present[one.organization_code]) for one in in_office)

    def _notice_pairs(self) -> None:
        """Tell where two people would hold the same post of one organization at once."""
        holders: dict[tuple[str, str], set[str]] = defaultdict(set)
        spoken_of = {entry.stored.id for entry in self.entries if entry.stored}
        for person_id, career in self.present.careers.items():
            for one in career:
                if one.ended_on is None and one.id not in spoken_of:
                    holders[one.organization_code, one.post].add(self.present.people[person_id].name)
        new_posts = set()
        for entry in self.entries:
            if entry.ended_on is None:
                holders[entry.row.organization_code, entry.row.post].add(entry.row.name)
                new_posts.add((entry.row.organization_code, entry.row.post))
        doubled = [(key, names) for key, names in holders.items() if len(names) > 1 and key in new_posts]
        for (code, post), names in doubled[:NAMES_TOLD]:
            name = self.tree.merged[code].name if code in self.tree.merged else code
            self.notices.append(
                f"“{name}”将同时有 {len(names)} 位在任的{post}：{'、'.join(sorted(names))}。如已换人，请补原任的免职日期。"
            )

    def _refuse(self, row: SecretaryRow, head: str, value: str, reason: str) -> None:
        self.problems.append(Problem(SHEET, row.row_no, head, value[:200], reason))


def differences(person: RosterPerson) -> str:
    """Say what the workbook would change in a stored person; empty cells change nothing."""
    stored = person.stored
    if stored is None:
        return ""
    pairs: list[tuple[str, object, object]] = [
        ("性别", GENDER_LABELS.get(stored.gender, ""), GENDER_LABELS.get(person.gender or stored.gender, "")),
        (
            "出生年月",
            stored.born_on,
            stored.born_on if _same_month(stored.born_on, person.born_on) else person.born_on,
        ),
        ("手机", mask_phone(stored.phone), mask_phone(person.phone or stored.phone)),
    ]
    if person.phone and person.phone != stored.phone and mask_phone(person.phone) == mask_phone(stored.phone):
        pairs.append(("手机（中间四位）", "原号", "新号"))
    return describe(pairs)


def _same_month(stored: date | None, wanted: date | None) -> bool:
    return wanted is None or (stored is not None and stored.replace(day=1) == wanted)


def plan_secretaries(checks: SecretaryChecks, plan: ImportPlan) -> None:
    """Add what would change to the plan; ``checks`` found nothing wrong."""
    keys: dict[int, int] = {}
    told: dict[int, str] = {}
    for number, person in enumerate(checks.people, start=1):
        keys[id(person)] = person.stored.id if person.stored else -number
        told[id(person)] = differences(person)
        if person.stored is None or told[id(person)]:
            plan.people.append(_person(person, keys[id(person)]))
    for entry in checks.entries:
        _plan_entry(entry, keys[id(entry.person)], told, checks, plan)
    plan.changes += _gone(checks)
    plan.notices += checks.notices


def _plan_entry(
    entry: Entry, key: int, told: dict[int, str], checks: SecretaryChecks, plan: ImportPlan
) -> None:
    row, stored = entry.row, entry.stored
    wanted = AppointmentData(
        stored.id if stored else None, key, row.organization_code, row.post, entry.started_on, entry.ended_on
    )
    organization = checks.tree.merged[row.organization_code].name
    label = f"{row.name}　{organization}{row.post}"
    personal = told.pop(id(entry.person), "")
    if stored is None:
        plan.appointments.append(wanted)
        detail = f"{entry.started_on} 任职" + (f"，{entry.ended_on} 免职" if entry.ended_on else "")
        detail += (
            "" if entry.person.stored is None else f"（系统里已有此人{'；' if personal else ''}{personal}）"
        )
        plan.changes.append(Change(SHEET, row.row_no, "new", label, detail))
        return
    if stored.ended_on != entry.ended_on:
        plan.appointments.append(wanted)
        personal = "；".join(
            filter(None, [describe([("免职日期", stored.ended_on, entry.ended_on)]), personal])
        )
    if personal:
        plan.changes.append(Change(SHEET, row.row_no, "changed", label, personal))
    else:
        plan.n_unchanged += 1


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
    if not checks.rows:
        return []
    met = {person.stored.id for person in checks.people if person.stored}
    tree = checks.tree.present
    return [
        Change(
            SHEET,
            0,
            "gone",
            f"{checks.present.people[person_id].name}　{tree[one.organization_code].name}{one.post}",
            "工作簿里没有，系统里保留不动；如已离任请登记免职",
        )
        for person_id, career in checks.present.careers.items()
        if person_id not in met
        for one in career
        if one.ended_on is None and checks.reach.covers(tree[one.organization_code])
    ]
