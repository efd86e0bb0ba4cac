"""Sessions of 40 reviewees and 6 items with slips and sealed ballots, and what the urn says afterwards."""

import base64
import itertools
import json
import random
import secrets
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from benchmarks._hall.crowd import Parcel

AT = datetime(2026, 12, 20, 1, 0, tzinfo=UTC)
N_REVIEWEES, N_ITEMS = 40, 6
# What a phone's browser sends besides.
HEADERS = (
    "Host: 127.0.0.1\r\nX-Forwarded-Proto: https\r\nAccept: */*\r\nAccept-Encoding: gzip, deflate\r\n"
    "Accept-Language: zh-CN,zh;q=0.9\r\nOrigin: https://127.0.0.1\r\nUser-Agent: Mozilla/5.0 (Linux; Android 10; "
    "EML-AL00) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/78.0.3904.108 Mobile Safari/537.36\r\n"
)


@dataclass
class BenchHall:
    """A session that is open for voting, and a sealed ballot of every slip."""

    session: object
    cards: list = field(default_factory=list)
    slips: list = field(default_factory=list)
    sealed: list = field(default_factory=list)
    parcels: list = field(default_factory=list)

    @property
    def endless(self):
        """All parcels one after the other, for ever. Who comes round again sends the same ballot once more."""
        return itertools.cycle(self.parcels)


def make_cycle():
    """Write a cycle with one form of six graded items, two voter groups and forty reviewees."""
    from apps.cycles.domain.papers.presets import FOUR_GRADES, graded_item
    from apps.cycles.domain.papers.templates import PaperTemplate, describe_template
    from apps.cycles.models import (
        GradeRule,
        ReviewCycle,
        Reviewee,
        ReviewScheme,
        SchemeComponent,
        SchemePaper,
        VoterGroup,
    )  # fmt: skip
    from apps.organizations.models import Organization
    from apps.secretaries.models import Secretary

    n = Organization.objects.count() + 1
    host = Organization.objects.create(
        code=f"HALL{n}", name=f"某区委组织部{n}", kind="committee", field="agency", path=f"hall{n}",
        pinyin_key="a", stroke_key="a",
    )  # fmt: skip
    cycle = ReviewCycle.objects.create(year=2026, title="2026年度", host=host, created_at=AT)
    scheme = ReviewScheme.objects.create(cycle=cycle, preset="60-40")
    for order_no, (name, weight) in enumerate((("区领导", 60), ("党员群众代表", 40)), start=1):
        VoterGroup.objects.create(scheme=scheme, order_no=order_no, name=name, weight=weight)
    items = tuple(graded_item(f"item{k}", f"第{k}项", 10 + k) for k in range(1, N_ITEMS + 1))
    template = PaperTemplate(title="测评表", items=items, scales=(FOUR_GRADES,))
    SchemePaper.objects.create(
        scheme=scheme, order_no=1, name="测评表", definition=describe_template(template)
    )
    for grade, start in zip(("good", "fairly_good", "average", "poor"), (90, 80, 70, 0), strict=True):
        GradeRule.objects.create(scheme=scheme, grade=grade, from_total=Decimal(start))
    SchemeComponent.objects.create(scheme=scheme, order_no=1, name="现场测评", kind="ballot", weight=100)
    for order_no in range(1, N_REVIEWEES + 1):
        person = Secretary.objects.create(name=f"书记{order_no}", pinyin_key="a", stroke_key="a")
        Reviewee.objects.create(
            cycle=cycle, secretary=person, organization=host, name=person.name, post="党委书记",
            organization_name=f"第{order_no}党委", field="rural", order_no=order_no,
        )  # fmt: skip
    ReviewCycle.objects.filter(pk=cycle.pk).update(stage="meeting")
    cycle.refresh_from_db()
    return cycle


def make_session(cycle):
    """Write a session of all reviewees and groups with a key of the real ceremony, past its rehearsal and open."""
    from apps.evaluations.models import (
        EvaluationSession,
        SessionGroup,
        SessionPaper,
        SessionSubject,
    )  # fmt: skip
    from apps.evaluations.services import make_key

    session = EvaluationSession.objects.create(
        cycle=cycle, title="现场测评", hall_key=secrets.token_urlsafe(24)
    )
    for order_no, reviewee in enumerate(cycle.reviewees.order_by("order_no"), start=1):
        SessionSubject.objects.create(session=session, reviewee=reviewee, order_no=order_no)
    for group in cycle.scheme.voter_groups.all():
        SessionGroup.objects.create(session=session, voter_group=group)
    for paper in cycle.scheme.papers.all():
        SessionPaper.objects.create(session=session, paper=paper)
    cards = [card.text for card in make_key(session.pk, actor=clerk(), at=AT).cards]
    for state in ("rehearsed", "open"):
        EvaluationSession.objects.filter(pk=session.pk).update(state=state)
    session.refresh_from_db()
    return session, cards


def clerk():
    from apps.accounts.models import User

    return User.objects.get_or_create(username="hall", defaults={"display_name": "经办"})[0]


def make_hall(n_slips, *, cycle=None):
    """Make an open session with ``n_slips`` slips in all groups together and one sealed ballot for each.

    Slips are written straight into the table: their slow codes share one hash, which is of no use to anybody.
    """
    session, cards = make_session(cycle or make_cycle())
    hall = BenchHall(session, cards)
    hall.slips = _write_slips(session, n_slips)
    hall.sealed = _seal_all(session, hall.slips)
    hall.parcels = [
        parcel(session.pk, slip, ciphertext) for slip, ciphertext in zip(hall.slips, hall.sealed, strict=True)
    ]
    return hall


def _write_slips(session, n_slips):
    from apps.evaluations.domain import slips as rules
    from apps.evaluations.models import Credential, SessionGroup
    from apps.evaluations.services.slips import typed_code_hasher

    groups = list(session.groups.all())
    slow = typed_code_hasher.hash("0" * rules.TYPED_LENGTH)
    made = {}
    while len(made) < n_slips:
        slip = rules.make_slip("", choose=secrets.choice, random_bytes=secrets.token_bytes)
        made.setdefault(slip.selector, slip)
    rows = [
        Credential(
            session=session, group=groups[n % len(groups)], selector=slip.selector, slow_verifier=slow,
            fast_verifier=rules.fast_verifier(session.pk, slip.selector, slip.secret),
        )
        for n, slip in enumerate(made.values())
    ]  # fmt: skip
    Credential.objects.bulk_create(rows, batch_size=1000)
    counts = Counter(row.group_id for row in rows)
    for group in groups:
        SessionGroup.objects.filter(pk=group.pk).update(n_planned=counts[group.pk], n_issued=counts[group.pk])
    return list(made.values())


def _seal_all(session, slips):
    from apps.evaluations.domain import ballots, sealing
    from apps.evaluations.domain.ballot_papers import from_description

    paper = from_description(session.form)
    luck = random.Random(20261220)
    key = bytes(session.public_key)
    sealed = []
    for slip in slips:
        text = ballots.ballot_text(paper, slip.selector, _marks(paper, luck))
        sealed.append(sealing.seal(key, ballots.pad(text, session.pad_bytes)))
    return sealed


def _marks(paper, luck):
    """A ballot as people fill it: mostly good, one answer in twenty left blank."""
    grades, weights = ("good", "fairly_good", "average", "poor"), (50, 35, 12, 3)
    marks = {}
    for part in paper.parts:
        rows = marks[part.key] = {}
        for subject in paper.subject_ids:
            chosen = luck.choices(grades, weights, k=len(part.template.items))
            rows[subject] = {
                item.key: grade
                for item, grade in zip(part.template.items, chosen, strict=True)
                if luck.random() >= 0.05
            }
    return marks


def parcel(session_id, slip, ciphertext):
    """Return the request a phone sends, and the receipt that proves its arrival."""
    from django.urls import reverse

    from apps.evaluations.domain import sealing, slips

    body = json.dumps(
        {
            "selector": slip.selector,
            "secret": slips.secret_text(slip.secret),
            "ciphertext": base64.b64encode(ciphertext).decode(),
        }
    )
    request = post(reverse("evaluations:cast_submit", args=[session_id]), body)
    return Parcel(request, sealing.tracker_of(ciphertext).encode())


def post(path, body):
    return (
        f"POST {path} HTTP/1.1\r\n{HEADERS}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def get(path, proof=b"", *, more="", status=b"200"):
    return Parcel(f"GET {path} HTTP/1.1\r\n{HEADERS}{more}\r\n".encode(), proof, status)


def empty_urn(session):
    """Take every ballot out again, past the triggers that forbid it, and leave the tables as fresh as they were."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("TRUNCATE evaluations_urnentry")
        cursor.execute(
            "UPDATE evaluations_credential SET state = 'unused' WHERE session_id = %s", [session.pk]
        )
        cursor.execute("RESET session_replication_role")
        cursor.execute("VACUUM (ANALYZE) evaluations_credential")
        cursor.execute("CHECKPOINT")


@dataclass(frozen=True, slots=True)
class Audit:
    """What became of acknowledged ballots: all figures must be nought."""

    lost: int
    doubled: int
    unmatched: int

    @property
    def n_wrong(self):
        return self.lost + self.doubled + self.unmatched


def audit(session, outcome):
    """Compare the urn with the receipts the crowd got.

    ``lost``: acknowledged and not in the urn. ``doubled``: more envelopes than slips. ``unmatched``: slips marked as used
    without an envelope, or the reverse.
    """
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.state, u.tracker FROM evaluations_credential c"
            " LEFT JOIN evaluations_urnentry u ON u.credential_id = c.id WHERE c.session_id = %s", [session.pk],
        )  # fmt: skip
        rows = cursor.fetchall()
    in_urn = Counter(tracker for _, tracker in rows if tracker)
    lost = {parcel.proof.decode() for parcel in outcome.acknowledged} - in_urn.keys()
    unmatched = sum((state == "online") != (tracker is not None) for state, tracker in rows)
    return Audit(len(lost), sum(n - 1 for n in in_urn.values()), unmatched)


def fill_urn(hall):
    """Put all sealed ballots into the urn by the hundred, as the casting service would one by one."""
    from apps.evaluations.domain import sealing
    from apps.evaluations.kit.vouchers import voucher_for
    from apps.evaluations.models import Credential, UrnEntry

    ids = dict(Credential.objects.filter(session=hall.session).values_list("selector", "id"))
    entries = []
    for slip, ciphertext in zip(hall.slips, hall.sealed, strict=True):
        tracker = sealing.tracker_of(ciphertext)
        voucher = voucher_for(hall.session.pk, slip.selector, tracker)
        entries.append(
            UrnEntry(
                credential_id=ids[slip.selector], ciphertext=ciphertext, tracker=tracker, voucher=voucher
            )
        )
    UrnEntry.objects.bulk_create(entries, batch_size=500)
    Credential.objects.filter(session=hall.session).update(state="online")
