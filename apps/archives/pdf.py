"""Texts of a cycle as official pages: the scheme, a duty report."""

from collections.abc import Sequence

from apps.archives.selectors.contents import ReportText
from apps.cycles.domain.words import Chapter
from apps.documents.kit.official import OfficialDocument

NUMBERS = "一二三四五六七八九十"


def scheme_pdf(title: str, chapters: Sequence[Chapter]) -> bytes:
    """Return the scheme in sentences."""
    document = OfficialDocument(f"{title}方案")
    said = [chapter for chapter in chapters if chapter.statements]
    for number, chapter in zip(NUMBERS, said, strict=False):
        document.heading(f"{number}、{chapter.title}")
        for one in chapter.statements:
            document.paragraph(f"{one.name}：{one.text}")
    return document.build()


def report_pdf(report: ReportText) -> bytes:
    """Return one duty report."""
    document = OfficialDocument("述职报告")
    document.paragraph(f"{report.organization}　{report.post}　{report.name}（{report.state}）")
    for title, text in report.sections:
        document.heading(title)
        document.paragraph(text)
    if report.answers:
        document.heading("上年度问题整改情况")
    for problem, answer in report.answers:
        document.paragraph(problem)
        document.paragraph(f"整改情况：{answer or '（未填写）'}")
    return document.build()
