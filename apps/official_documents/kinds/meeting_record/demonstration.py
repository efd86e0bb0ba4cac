"""An invented meeting with its session."""

from datetime import datetime, timedelta

from apps.common.kit.sheets import LOCAL
from apps.evaluations.domain.ledgers import LedgerLine
from apps.evaluations.selectors.results import OpenedLine
from apps.official_documents.kinds.demonstration import demonstration_lines
from apps.official_documents.kinds.meeting_record.contents import (
    AgendaEntry,
    MeetingContent,
    MeetingEntry,
    SessionEntry,
    verified,
)

START = datetime(2026, 12, 18, 9, 0, tzinfo=LOCAL)


def demonstration() -> MeetingContent:
    """Return one meeting and one session that was opened and verified."""
    return MeetingContent((_meeting(),), (_session(),))


def _meeting() -> MeetingEntry:
    people = demonstration_lines()
    return MeetingEntry(
        title="2026年度述职评议会",
        starts_at=START,
        place="区委三楼会议室",
        lots_drawn_at=START - timedelta(days=1),
        lot_seed="4f1d9c2a77e0b3586d21c9a4",
        agenda=tuple(
            AgendaEntry(
                place, one.organization, one.name, ("李卫东", "王海燕")[: 1 + place % 2], place % 3 + 1
            )
            for place, one in enumerate(people[:6], start=1)
        ),
        attendance=(
            ("A类（区领导班子成员）", 24, 24),
            ("B类（基层党组织书记、党务工作者）", 50, 47),
            ("C类（“两代表一委员”）", 10, None),
        ),
    )


def _session() -> SessionEntry:
    groups = (
        ("A类（区领导班子成员）", 25, 20, 4),
        ("B类（基层党组织书记、党务工作者）", 50, 40, 7),
        ("C类（“两代表一委员”）", 10, 4, 0),
    )
    ledger = tuple(
        LedgerLine(n, n, name, issued, online, paper, 1, issued - online - paper - 1)
        for n, (name, issued, online, paper) in enumerate(groups, start=1)
    )
    return SessionEntry(
        title="现场测评",
        n_subjects=9,
        opened_for_voting_at=START + timedelta(hours=2),
        closed_at=START + timedelta(hours=3),
        urn_opened_at=START + timedelta(hours=3, minutes=20),
        ledger=ledger,
        opened=tuple(
            OpenedLine(line.name, line.n_returned, line.n_paper, line.n_returned, 0, 0, 0, [])
            for line in ledger
        ),
        n_trackers=64,
        merkle_root="9b2f6c1e" * 8,
        verification=verified(agrees=True, at=START + timedelta(hours=4)),
    )
