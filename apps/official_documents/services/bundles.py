"""What a batch hands over: one file each, a zip, or a bound volume. Written to disk as it grows, never held in memory."""

import hashlib
import tempfile
import zipfile
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils import timezone

from apps.accounts.models import User
from apps.cycles.models import ReviewCycle
from apps.documents.models import StoredFile
from apps.documents.selectors import file_bytes
from apps.documents.services import store_stream
from apps.official_documents.domain.scopes import Format
from apps.official_documents.domain.states import Delivery
from apps.official_documents.kit.volume import Volume
from apps.official_documents.models import IssuedDocument

BUNDLE_FILE = "official_documents.bundle"
PDF, ZIP = "application/pdf", "application/zip"
CHUNK = 1 << 20


def bundle_documents(
    documents: Sequence[IssuedDocument],
    formats: Collection[Format],
    delivery: Delivery,
    *,
    cycle: ReviewCycle,
    actor: User | None,
    at: datetime,
) -> StoredFile | None:
    """Return the file to hand over: the document itself if it is one, ``None`` if they stay single.

    The same documents always give the same bytes, so a run that was interrupted after storing them finds them again.
    """
    files = [(one, file) for one in documents for file in _files(one, formats)]
    if len(files) == 1:
        return files[0][1]
    if not files or delivery is Delivery.SINGLE:
        return None
    labels = "、".join(dict.fromkeys(one.kind_label for one in documents))
    name = f"{cycle.title} {labels} {len(documents)}份"
    if delivery is Delivery.VOLUME:
        return _stored(f"{name} 合订本.pdf", PDF, lambda out: _bind(documents, out), cycle, actor, at)
    return _stored(f"{name}.zip", ZIP, lambda out: _zip(files, out), cycle, actor, at)


def _files(document: IssuedDocument, formats: Collection[Format]) -> Iterator[StoredFile]:
    """Yield the files asked for; the PDF if it has none of them."""
    found = [file for one, file in document.files.items() if one in formats]
    yield from found or list(document.files.values())[:1]


def _stored(
    name: str,
    content_type: str,
    write: Callable[[IO[bytes]], None],
    cycle: ReviewCycle,
    actor: User | None,
    at: datetime,
) -> StoredFile:
    """Write to a nameless file, which vanishes with the process; store it unless the same bytes are there."""
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder) as out:
        write(out)
        digest = _digest(out)
        made = StoredFile.objects.filter(kind=BUNDLE_FILE, subject_id=cycle.pk, sha256=digest).first()
        if made is not None:
            return made
        out.seek(0)
        return store_stream(
            BUNDLE_FILE, name, out, content_type=content_type, subject_id=cycle.pk, actor=actor, at=at
        )


def _digest(out: IO[bytes]) -> str:
    digest = hashlib.sha256()
    out.seek(0)
    while chunk := out.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _zip(files: Sequence[tuple[IssuedDocument, StoredFile]], out: IO[bytes]) -> None:
    """Put all files into a zip, in a folder for each kind if there are several."""
    several = len({document.kind for document, _ in files}) > 1
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as bundle:  # the files are compressed already
        for document, file in files:
            made = timezone.localtime(document.issued_at)
            moment = (made.year, made.month, made.day, made.hour, made.minute, made.second)
            name = f"{document.kind_label}/{file.name}" if several else file.name
            bundle.writestr(zipfile.ZipInfo(name, moment), file_bytes(file))


def _bind(documents: Sequence[IssuedDocument], out: IO[bytes]) -> None:
    several = len({document.kind for document in documents}) > 1
    volume = Volume()
    for document in documents:
        if document.pdf is not None:
            label = " ".join(
                part for part in (document.about or document.title, document.number_text) if part
            )
            volume.add(file_bytes(document.pdf), label, group=document.kind_label if several else "")
    volume.write(out)
