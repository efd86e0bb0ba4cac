"""归档目录: what lies in an archive, folder by folder. The archive itself holds it, with sizes and hashes."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from apps.archives.domain.planned import Folder
from apps.archives.domain.stored_zip import Entry
from apps.archives.models import CycleArchive
from apps.archives.selectors.entries import entries_of_archive
from apps.common.kit.sheets import SheetColumn, Table
from apps.cycles.models import ReviewCycle
from apps.documents.kit.paper import Paper
from apps.documents.kit.storage import path_of
from apps.official_documents.domain.scopes import Format, Scope, Subject
from apps.official_documents.domain.templates import Dress, Template
from apps.official_documents.kit.kinds import DocumentKind

HEAD = ("序号", "文件", "字节数", "SHA-256（前16位）")
WIDTHS = (12, 85, 20, 39)


@dataclass(frozen=True, slots=True)
class IndexContent:
    """The entries of an archive by folder; those of no folder lie on top."""

    entries: Sequence[Entry]


class ArchiveIndexKind(DocumentKind[IndexContent]):
    """The index of the cycle's latest archive."""

    key = "archive_index"
    label = "归档目录"
    scope = Scope.CYCLE
    formats = (Format.PDF, Format.XLSX)
    order = 90
    template = Template(
        title="{周期名称}归档目录", number="", has_seal=False, signature_lines=("移交人", "接收人")
    )

    def why_not(self, cycle: ReviewCycle) -> str:
        made = CycleArchive.objects.filter(cycle=cycle).exists()
        return "" if made else f"“{cycle}”还没有归档包，不能出具归档目录。请先到“归档”页面生成。"

    def contents(self, subject: Subject) -> IndexContent:
        archive = (
            CycleArchive.objects.filter(cycle_id=subject.cycle_id)
            .select_related("file")
            .latest("made_at", "pk")
        )
        return IndexContent(tuple(entries_of_archive(path_of(archive.file_id))))

    def demonstration(self) -> IndexContent:
        names = ("README.txt", "01 方案/方案.pdf", "02 述职报告/001 白家营镇党委 林桂兰 述职报告.pdf", "05 得分/结果汇总表.xlsx",
                 "07 文书/001 白家营镇党委 林桂兰 反馈意见书.pdf", "09 日志摘录/日志摘录.csv")  # fmt: skip
        return IndexContent(
            tuple(
                Entry(name, 20_480 + 1_024 * n, 0, hashlib.sha256(name.encode()).hexdigest())
                for n, name in enumerate(names)
            )
        )

    def compose(self, paper: Paper, content: IndexContent, dress: Dress) -> None:  # noqa: ARG002 -- no wording of its own
        compose_index(paper, content)

    def tables(self, content: IndexContent, dress: Dress) -> Sequence[Table]:
        return index_tables(dress.title, content)


def compose_index(paper: Paper, content: IndexContent) -> None:
    """Write a table for each folder."""
    total = sum(entry.size for entry in content.entries)
    paper.paragraph(
        f"本归档包共{len(content.entries)}个文件，{total}字节（不含归档目录和散列值清单）。"
        "每个文件完整的SHA-256散列值见SHA256SUMS.txt。"
    )
    for title, entries in by_folder(content.entries):
        paper.heading(title)
        rows = [_row(place, entry) for place, entry in enumerate(entries, start=1)]
        paper.table(HEAD, rows, WIDTHS, "clrl")


def index_tables(title: str, content: IndexContent) -> Sequence[Table]:
    """Return the worksheet of the index, with whole hashes."""
    columns = [SheetColumn("序号", 8), SheetColumn("文件夹", 16), SheetColumn("文件", 60)]
    columns += [SheetColumn("字节数", 12), SheetColumn("SHA-256", 68)]
    rows = [
        [place, folder_of(entry.name), entry.name.rpartition("/")[2], entry.size, entry.sha256]
        for place, entry in enumerate(content.entries, start=1)
    ]
    return [Table(title, columns, rows, sheet_name="归档目录")]


def by_folder(entries: Sequence[Entry]) -> list[tuple[str, list[Entry]]]:
    """Return the entries of each folder that has any, in the order of folders; those on top come first."""
    names = ["", *(folder.path for folder in Folder)]
    groups = [(name or "说明", [one for one in entries if folder_of(one.name) == name]) for name in names]
    return [(name, found) for name, found in groups if found]


def folder_of(name: str) -> str:
    """Return the folder of the first level; ``""`` for a file on top."""
    return name.partition("/")[0] if "/" in name else ""


def _row(place: int, entry: Entry) -> list[object]:
    return [place, entry.name.partition("/")[2] or entry.name, entry.size, entry.sha256[:16]]
