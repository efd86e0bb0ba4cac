"""The words of the record."""

from datetime import datetime

from apps.common.domain.formats import MISSING
from apps.documents.kit.paper import Paper
from apps.evaluations.domain.ledgers import LedgerLine
from apps.official_documents.kinds.meeting_record.contents import TIME, MeetingEntry, SessionEntry

LEDGER_HEAD = ("类别", "发出", "线上", "纸质", "作废", "未交")
OPENED_HEAD = ("类别", "收回", "其中纸质", "有效", "其中全部弃权", "无效")
MERKLE = "回执清单总校验值（默克尔根）"


def write_meeting(paper: Paper, meeting: MeetingEntry) -> None:
    """Tell time, place, lots, heads, agenda and who commented."""
    paper.paragraph(f"时间：{meeting.starts_at:{TIME}}。地点：{meeting.place}。")
    if meeting.lots_drawn_at:
        paper.paragraph(f"述职顺序于{meeting.lots_drawn_at:{TIME}}抽签确定，抽签种子：{meeting.lot_seed}。")
    heads = [(name, n, MISSING if present is None else present) for name, n, present in meeting.attendance]
    if heads:
        counted = [present for _, _, present in meeting.attendance if present is not None]
        total = ("合计", sum(n for _, n, _ in meeting.attendance), sum(counted) if counted else MISSING)
        paper.table(
            ("类别", "应到", "实到"), [*heads, total], (96, 30, 30), "lcc", caption="签到人数（单位：人）"
        )
    rows = [
        (one.order_no, one.organization, one.name, "、".join(one.leaders) or MISSING, one.n_problems)
        for one in meeting.agenda
    ]
    if rows:
        head = ("顺序", "党组织", "述职人", "点评领导", "指出问题")
        paper.table(head, rows, (14, 58, 24, 42, 18), "clclc", caption="议程和点评")


def write_session(paper: Paper, session: SessionEntry) -> None:
    """Tell the ledger, the opening, the verification and the receipts."""
    paper.paragraph(
        f"被评议人{session.n_subjects}名。{_moment(session.opened_for_voting_at)}开始投票，{_moment(session.closed_at)}截止。"
    )
    rows = [_ledger_row(line) for line in session.ledger]
    total = [sum(values) for values in zip(*(row[1:] for row in rows), strict=True)]
    widths = (66, 18, 18, 18, 18, 18)
    paper.table(
        LEDGER_HEAD, [*rows, ("合计", *total)], widths, "lccccc", caption="发出与收回台账（单位：张）"
    )
    paper.paragraph("发出＝线上＋纸质＋作废＋未交。")
    if session.opened and session.urn_opened_at:
        paper.paragraph(f"{session.urn_opened_at:{TIME}}由监票人持两张钥匙卡开箱。")
        counts = [
            (x.name, x.n_returned, x.n_on_paper, x.n_valid, x.n_blank, x.n_void) for x in session.opened
        ]
        paper.table(OPENED_HEAD, counts, (52, 18, 24, 18, 26, 18), "lccccc", caption="开箱计票（单位：张）")
    paper.paragraph(session.verification)
    code = " ".join(session.merkle_root[i : i + 8] for i in range(0, len(session.merkle_root), 8))
    paper.table(("项目", "内容"), [("回执张数", session.n_trackers), (MERKLE, code)], (58, 98), "ll")


def _moment(at: datetime | None) -> str:
    return f"{at:{TIME}}" if at else "（时间未登记）"


def _ledger_row(line: LedgerLine) -> tuple[str | int, ...]:
    return (line.name, line.n_issued, line.n_online, line.n_paper, line.n_void, line.n_unused)
