"""Which files prove progress: documents and pictures whose content is what their name says."""

from dataclasses import dataclass

from apps.rectification.errors import BadEvidence

MAX_BYTES = 20 * 1024 * 1024
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OFFICE = "application/vnd.openxmlformats-officedocument."
# Ending → content type and the first bytes of such a file.
TYPES: dict[str, tuple[str, bytes]] = {
    "pdf": ("application/pdf", b"%PDF-"),
    "jpg": ("image/jpeg", b"\xff\xd8\xff"),
    "jpeg": ("image/jpeg", b"\xff\xd8\xff"),
    "png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    "docx": (f"{_OFFICE}wordprocessingml.document", _ZIP),
    "xlsx": (f"{_OFFICE}spreadsheetml.sheet", _ZIP),
    "doc": ("application/msword", _OLE),
    "xls": ("application/vnd.ms-excel", _OLE),
    "wps": ("application/vnd.ms-works", _OLE),
}


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """A file that passed the check."""

    name: str
    content_type: str
    content: bytes


def checked_evidence(name: str, content: bytes) -> EvidenceFile:
    """Return the file with its true content type.

    :raises BadEvidence: empty, too large, of another kind, or not what its name says.
    """
    ending = name.rpartition(".")[2].lower()
    if ending not in TYPES:
        raise BadEvidence(f"“{name}”不是可收的格式；请上传 PDF、Word、Excel、WPS 或 JPG、PNG 图片。")
    if not content:
        raise BadEvidence(f"“{name}”是空文件，请核对后重新选择。")
    if len(content) > MAX_BYTES:
        raise BadEvidence(f"“{name}”超过 20 MB，请压缩或拆分后再传。")
    content_type, head = TYPES[ending]
    if not content.startswith(head):
        raise BadEvidence(f"“{name}”的内容与扩展名不符，可能已损坏或改过名；没有收下。")
    return EvidenceFile(name, content_type, content)
