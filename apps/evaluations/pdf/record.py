"""The record the scrutineers sign: times, ledger, counts, root and receipts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from apps.documents.kit.official import OfficialDocument
from apps.evaluations.domain.crockford import in_fours
from apps.evaluations.domain.ledgers import LedgerLine

TIME = "%Y年%m月%d日 %H:%M"
PER_ROW = 3


@dataclass(frozen=True, slots=True)
class RecordData:
    """Everything the record says. Times are local; ``None``: not yet."""

    title: str
    cycle: str
    n_subjects: int
    opened_for_voting_at: datetime | None
    closed_at: datetime | None
    urn_opened_at: datetime | None
    ledger: Sequence[LedgerLine]
    counts: Mapping[str, Mapping[str, int]] | None
    trackers: Sequence[str]
    merkle_root: str
    form_hash: str
    marks_hash: str
    fingerprint: str


def record_pdf(data: RecordData) -> bytes:
    """Return the record. Before the urn is opened it ends with the closing, afterwards it has the opening too."""
    document = OfficialDocument(f"{data.title.removesuffix('测评')}测评记录")
    document.paragraph(
        f"{data.cycle}设测评场次“{data.title}”，被评议人 {data.n_subjects} 名。"
        f"{_moment(data.opened_for_voting_at)}开始投票，{_moment(data.closed_at)}截止。"
    )
    _ledger(document, data)
    if data.urn_opened_at and data.counts is not None:
        _opening(document, data, data.urn_opened_at)
    _codes(document, data)
    _signatures(document)
    _trackers(document, data)
    return document.build()


def _moment(at: datetime | None) -> str:
    return f"{at:{TIME}}" if at else "（时间未登记）"


def _ledger(document: OfficialDocument, data: RecordData) -> None:
    document.heading("一、发出与收回")
    head = ("类别", "发出", "线上", "纸质", "作废", "未交", "平衡")
    rows = [
        (x.name, x.n_issued, x.n_online, x.n_paper, x.n_void, x.n_unused, "平" if x.is_balanced else "不平")
        for x in data.ledger
    ]
    total = [sum(values) for values in zip(*(row[1:6] for row in rows), strict=True)]
    document.table(head, [*rows, ("合计", *total, "")], (58, 15, 15, 15, 15, 15, 15), "lcccccc")
    document.paragraph("单位：张。发出＝线上＋纸质＋作废＋未交。")


def _opening(document: OfficialDocument, data: RecordData, at: datetime) -> None:
    document.heading("二、开箱与计票")
    document.paragraph(f"{at:{TIME}}由监票人持两张钥匙卡开箱，核对回执与票箱一致，拆分、打乱后入库。")
    head = ("类别", "收回", "有效", "其中全部弃权", "无效")
    empty = {"returned": 0, "valid": 0, "blank": 0, "void": 0}
    rows = []
    for line in data.ledger:
        row = (data.counts or {}).get(str(line.group_id), empty)
        rows.append((line.name, row["returned"], row["valid"], row["blank"], row["void"]))
    document.table(head, rows, (58, 22, 22, 32, 22), "lcccc")


def _codes(document: OfficialDocument, data: RecordData) -> None:
    document.heading("三、校验码" if data.urn_opened_at else "二、校验码")
    rows = [
        ("公钥指纹", data.fingerprint),
        ("测评表校验值", data.form_hash),
        ("回执清单总校验值", data.merkle_root),
    ]
    if data.marks_hash:
        rows.append(("开箱评分校验值", data.marks_hash))
    document.table(("项目", "内容"), [(name, _broken(code)) for name, code in rows], (45, 111), "ll")


def _broken(code: str) -> str:
    """Return a long code in groups, so that a table cell can break it."""
    if len(code) != 64:  # noqa: PLR2004 -- a SHA-256 in hex
        return code
    return " ".join(code[i : i + 8] for i in range(0, 64, 8))


def _signatures(document: OfficialDocument) -> None:
    document.paragraph("以上情况属实。")
    for who in ("监票人（一）", "监票人（二）", "监票人（三）", "计票人"):
        document.paragraph(f"{who}签名：　　　　　　　　年　　月　　日")


def _trackers(document: OfficialDocument, data: RecordData) -> None:
    document.page_break()
    document.heading(f"附：回执清单（共 {len(data.trackers)} 张）")
    codes = [in_fours(tracker) for tracker in sorted(data.trackers)]
    rows = [codes[i : i + PER_ROW] for i in range(0, len(codes), PER_ROW)]
    if rows:
        rows[-1] = rows[-1] + [""] * (PER_ROW - len(rows[-1]))
        document.table(("回执",) * PER_ROW, rows, (52,) * PER_ROW, "ccc")
    else:
        document.paragraph("没有收到选票。")
