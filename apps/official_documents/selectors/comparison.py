"""What two versions of a template say differently."""

from collections.abc import Iterator
from dataclasses import dataclass

from apps.duty_reports.domain.diffs import Piece, compare
from apps.official_documents.domain.templates import Template
from apps.official_documents.kit.kinds import Kind
from apps.official_documents.models import TemplateVersion
from apps.official_documents.selectors.templates import template_of


@dataclass(frozen=True, slots=True)
class Change:
    """One part that differs."""

    label: str
    pieces: tuple[Piece, ...]


def compare_versions(kind: Kind, earlier: TemplateVersion | None, later: TemplateVersion) -> list[Change]:
    """Return the parts that differ, in the order of the page. ``earlier`` ``None`` is the kind's own template."""
    before = dict(_parts(kind, template_of(kind, earlier)))
    return [
        Change(label, tuple(compare(before.get(label, ""), text)))
        for label, text in _parts(kind, template_of(kind, later))
        if before.get(label, "") != text
    ]


def _parts(kind: Kind, template: Template) -> Iterator[tuple[str, str]]:
    yield "标题", template.title
    yield "文号样式", template.number or "不编文号"
    yield "密级", template.secrecy or "不标"
    for passage in kind.passages:
        yield passage.label, template.passages.get(passage.key, passage.text)
    for switch in kind.switches:
        yield switch.label, "是" if template.switches.get(switch.key, switch.is_on) else "否"
    yield "署名", template.signer
    yield "加盖印章", "是" if template.has_seal else "否"
    yield "签名行", "、".join(template.signature_lines)
    yield "抄送", template.copies_to
    yield "印发机关", template.printer
