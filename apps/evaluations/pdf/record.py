"""The record the scrutineers sign: times, ledger, counts, verification, codes and receipts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from apps.documents.kit.official import OfficialDocument
from apps.evaluations.domain.crockford import in_fours
from apps.evaluations.domain.ledgers import LedgerLine
from apps.evaluations.selectors.results import OpenedLine

TIME = "%Y年%m月%d日 %H:%M"
PER_ROW = 3
NUMBERS = "一二三四五六七"
SIGNATURES = ("监票人（一）", "监票人（二）", "监票人（三）", "主持人")
LONGEST = max(len(who) for who in SIGNATURES)


@dataclass(frozen=True, slots=True)
class RecordData:
    """Everything the record says. Times are local; ``None``: not yet. ``opened`` is empty before the opening.

    ``codes`` are pairs of name and value. ``verification`` is one sentence, empty before it was done.
    """

    title: str
    cycle: str
    n_subjects: int
    papers: Sequence[str]
    opened_for_voting_at: datetime | None
    closed_at: datetime | None
    urn_opened_at: datetime | None
    ledger: Sequence[LedgerLine]
    trackers: Sequence[str]
    codes: Sequence[tuple[str, str]]
    halls: Sequence[LedgerLine] = ()
    opened: Sequence[OpenedLine] = field(default_factory=tuple)
    verification: str = ""


def record_pdf(data: RecordData) -> bytes:
    """Return the record. Before the urn is opened it ends with the closing, afterwards it has the opening too."""
    document = OfficialDocument(f"{data.title.removesuffix('测评')}测评记录")
    papers = f"，测评表 {len(data.papers)} 份（{'、'.join(data.papers)}）" if len(data.papers) > 1 else ""
    document.paragraph(
        f"{data.cycle}设测评场次“{data.title}”，述职对象 {data.n_subjects} 名{papers}。"
        f"{_moment(data.opened_for_voting_at)}开始投票，{_moment(data.closed_at)}截止。"
    )
    number = iter(NUMBERS)
    document.heading(f"{next(number)}、发出与收回")
    _ledger(document, data)
    if data.urn_opened_at and data.opened:
        document.heading(f"{next(number)}、开箱与计票")
        _opening(document, data.opened, data.urn_opened_at)
    if data.verification:
        document.heading(f"{next(number)}、复核")
        document.paragraph(data.verification)
    document.heading(f"{next(number)}、校验码")
    document.table(("项目", "内容"), [(name, _broken(code)) for name, code in data.codes], (45, 111), "ll")
    _signatures(document)
    _trackers(document, data.trackers)
    return document.build()


def _moment(at: datetime | None) -> str:
    return f"{at:{TIME}}" if at else "（时间未登记）"


def _ledger(document: OfficialDocument, data: RecordData) -> None:
    head = ("类别", "发出", "线上", "纸质", "作废", "未交", "平衡")
    widths = (58, 15, 15, 15, 15, 15, 15)
    rows = [_row(line) for line in data.ledger]
    total = [sum(values) for values in zip(*(row[1:6] for row in rows), strict=True)]
    document.table(head, [*rows, ("合计", *total, "")], widths, "lcccccc")
    document.paragraph("单位：张。发出＝线上＋纸质＋作废＋未交。")
    if any(line.n_forms or line.n_exchanged or line.n_spoiled for line in data.ledger):
        _parts(document, data.ledger)
    n_foreign = sum(line.n_foreign for line in data.ledger)
    if n_foreign:
        document.paragraph(f"另：票箱里有 {n_foreign} 份不是经系统投入的内容，不计入收回，没有开启。")
    if data.halls:
        document.paragraph("各会场情况如下（供参考，合计以类别为准）：")
        document.table(("会场", *head[1:6]), [_row(line)[:6] for line in data.halls], widths[:6], "lccccc")


def _row(line: LedgerLine) -> tuple[object, ...]:
    balance = "平" if line.is_balanced else "不平"
    return (line.name, line.n_issued, line.n_online, line.n_paper, line.n_void, line.n_unused, balance)


def _parts(document: OfficialDocument, lines: Sequence[LedgerLine]) -> None:
    """What ``issued`` and ``void`` are made of."""
    document.table(
        ("类别", "印发测评票", "换领纸质表", "发出纸质表", "作废中污损"),
        [(x.name, x.n_slips, x.n_exchanged, x.n_forms, x.n_spoiled) for x in lines],
        (58, 26, 26, 26, 26),
        "lcccc",
    )
    document.paragraph("发出＝印发测评票－换领纸质表＋发出纸质表。")


def _opening(document: OfficialDocument, lines: Sequence[OpenedLine], at: datetime) -> None:
    document.paragraph(f"{at:{TIME}}由监票人持两张钥匙卡开箱，核对回执与票箱一致，拆分、打乱后入库。")
    head = ("类别", "收回", "其中纸质", "有效", "其中全部弃权", "无效")
    rows = [(x.name, x.n_returned, x.n_on_paper, x.n_valid, x.n_blank, x.n_void) for x in lines]
    document.table(head, rows, (52, 18, 24, 18, 32, 18), "lccccc")
    for line in lines:
        if line.reasons:
            reasons = "、".join(f"{words} {n} 张" for words, n in line.reasons)
            document.paragraph(f"{line.name}无效票：{reasons}。")
        if line.n_partly:
            document.paragraph(f"{line.name}有 {line.n_partly} 张有效票的个别项目按填写规则不计。")


def _broken(code: str) -> str:
    """Return a long code in groups, so that a table cell can break it."""
    if len(code) != 64:  # noqa: PLR2004 -- a SHA-256 in hex
        return code
    return " ".join(code[i : i + 8] for i in range(0, 64, 8))


def _signatures(document: OfficialDocument) -> None:
    document.paragraph("以上情况属实。")
    for who in SIGNATURES:
        document.paragraph(f"{who}签名：{'　' * (LONGEST - len(who))}　　　　　　　　年　　月　　日")


def _trackers(document: OfficialDocument, trackers: Sequence[str]) -> None:
    document.page_break()
    document.heading(f"附：回执清单（共 {len(trackers)} 张）")
    codes = [in_fours(tracker) for tracker in sorted(trackers)]
    rows = [codes[i : i + PER_ROW] for i in range(0, len(codes), PER_ROW)]
    if rows:
        rows[-1] = rows[-1] + [""] * (PER_ROW - len(rows[-1]))
        document.table(("回执",) * PER_ROW, rows, (52,) * PER_ROW, "ccc")
    else:
        document.paragraph("没有收到线上选票。")
