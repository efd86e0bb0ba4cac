"""The certificate of the purge: what was destroyed, what stays, and what people still have to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from apps.documents.kit.official import OfficialDocument
from apps.evaluations.pdf.record import SIGNATURES, TIME

TO_DO = (
    "三张钥匙卡和封存页：由监票人到场取出，当场碎毁。",
    "数据库备份（含 WAL 归档）：{day}（含）之前做的，按备份清单逐份删除，或到保存期满时删除。备份里的密封选票没有封存钥匙，任何人都不能解开。",
    "另行抄录、拍照保存的封存钥匙文件（var/holds）：一并删除。",
    "剩余的测评票、纸质测评表、批次封面和计票底稿：按档案规定保存或销毁。",
)
STAYS = "测评结果、台账、回执清单、测评记录和本证明留存，可供查阅；已不能从中得知任何一张票的全貌，也不能再次开箱。"


@dataclass(frozen=True, slots=True)
class CertificateData:
    """What is certified. ``codes`` are pairs of name and value."""

    title: str
    cycle: str
    released_at: datetime | None
    objection_ends_on: str
    purged_at: datetime
    purged_by: str
    n_envelopes: int
    n_slips: int
    n_paper_entries: int
    is_hold_gone: bool
    codes: Sequence[tuple[str, str]]


def certificate_pdf(data: CertificateData) -> bytes:
    """Return the certificate."""
    document = OfficialDocument(f"{data.title.removesuffix('测评')}测评选票销毁证明")
    released = f"{data.released_at:{TIME}}" if data.released_at else "（时间未登记）"
    document.paragraph(
        f"{data.cycle}测评场次“{data.title}”的结果于{released}发布，异议期至{data.objection_ends_on}届满。"
        f"{data.purged_at:{TIME}}由{data.purged_by}办理销毁。"
    )
    document.heading("一、已经销毁")
    hold = "已覆写并删除" if data.is_hold_gone else "尚未删除，请再办理一次"
    rows: list[tuple[object, ...]] = [
        ("密封选票", f"{data.n_envelopes} 份"),
        ("测评票凭证", f"{data.n_slips} 张"),
        ("纸质统计的密封录入", f"{data.n_paper_entries} 份"),
        ("封存钥匙文件", hold),
    ]
    document.table(("项目", "数量或情况"), rows, (70, 86), "ll")
    document.heading("二、留存")
    document.paragraph(STAYS)
    document.table(("项目", "内容"), [(name, _broken(code)) for name, code in data.codes], (45, 111), "ll")
    document.heading("三、还须办理")
    day = f"{data.purged_at:%Y年%m月%d日}"
    for number, line in enumerate(TO_DO, start=1):
        document.paragraph(f"{number}. {line.format(day=day)}")
    document.paragraph("以上各项办理完毕。")
    for who in (*SIGNATURES[:3], "经办人"):
        document.paragraph(f"{who}签名：　　　　　　　　年　　月　　日")
    return document.build()


def _broken(code: str) -> str:
    return " ".join(code[i : i + 8] for i in range(0, 64, 8)) if len(code) == 64 else code  # noqa: PLR2004 -- hex of SHA-256
