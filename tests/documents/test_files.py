"""Files: what is stored comes back, to those who may, and damage is noticed."""

import os
import uuid
from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from apps.audit.models import AuditEntry
from apps.documents import services
from apps.documents.domain.names import clean_name
from apps.documents.errors import FileDamaged
from apps.documents.kit.storage import path_of
from apps.documents.models import StoredFile
from apps.documents.selectors import checked_path, file_bytes
from tests.factories.documents import AT, make_file, make_requester

NASTY = {
    "../../etc/passwd": "passwd",
    "C:\\Users\\a\\述职报告.docx": "述职报告.docx",
    "反馈\u202egpj.exe": "反馈gpj.exe",
    "a\x00b\r\nSet-Cookie: x=1.pdf": "abSet-Cookie_ x=1.pdf",
    "..": "未命名",
    "": "未命名",
    '佐证"材料"?.pdf': "佐证_材料__.pdf",
    "长" * 300 + ".pdf": "长" * 116 + ".pdf",
    "无后缀" * 100: "无后缀" * 40,
}


@pytest.mark.parametrize(("given_name", "kept"), NASTY.items())
def test_names_lose_folders_and_unseen_characters(given_name, kept):
    assert clean_name(given_name) == kept


@given(st.text(max_size=300))
def test_clean_name_is_short_single_and_stable(name):
    cleaned = clean_name(name)

    assert 0 < len(cleaned) <= 120
    assert not set(cleaned) & set('/\\\r\n\0<>:"|?*')
    assert clean_name(cleaned) == cleaned


@pytest.mark.django_db
def test_stored_bytes_come_back_under_a_random_name():
    file = make_file(name="../反馈意见.pdf", content=b"%PDF-1.4 content")

    assert file_bytes(file) == b"%PDF-1.4 content"
    assert (file.name, file.size) == ("反馈意见.pdf", 16)
    assert path_of(file.pk).name == file.pk.hex
    assert path_of(file.pk).stat().st_mode & 0o777 == 0o600
    assert [e.action for e in AuditEntry.objects.all()] == ["documents.file_stored"]


@pytest.mark.django_db
def test_one_changed_bit_is_an_alarm():
    file = make_file()
    path = path_of(file.pk)
    content = bytearray(path.read_bytes())
    content[3] ^= 1
    path.write_bytes(content)

    with pytest.raises(FileDamaged, match="与存入时不一致"):
        file_bytes(file)


@pytest.mark.django_db
def test_lost_bytes_are_an_alarm():
    file = make_file()
    path_of(file.pk).unlink()

    with pytest.raises(FileDamaged, match="找不到"):
        file_bytes(file)


@pytest.mark.django_db
def test_orphans_go_after_a_day_and_nothing_else():
    kept = make_file()
    with transaction.atomic():
        rolled_back = make_file(actor=kept.created_by)
        transaction.set_rollback(True)
    unfinished = path_of(uuid.uuid4()).with_suffix(".part")
    unfinished.parent.mkdir(parents=True)
    unfinished.write_bytes(b"half")
    foreign = path_of(kept.pk).with_name("readme.txt")
    foreign.write_bytes(b"not ours")
    for path in (path_of(kept.pk), path_of(rolled_back.pk), unfinished, foreign):
        os.utime(path, (AT.timestamp(), AT.timestamp()))

    early = services.remove_orphans(at=AT + timedelta(hours=23))
    due = services.remove_orphans(at=AT + timedelta(hours=25))

    assert (early, due) == (0, 2)
    assert [path_of(kept.pk).exists(), foreign.exists(), unfinished.exists(), path_of(rolled_back.pk).exists()] == [
        True, True, False, False,
    ]  # fmt: skip


@pytest.mark.django_db
def test_download_is_an_attachment_that_can_do_nothing(client):
    file = make_file(name="反馈意见 1.html", content=b"<script>alert(1)</script>", content_type="text/html")
    client.force_login(file.created_by, "django.contrib.auth.backends.ModelBackend")

    response = client.get(reverse("documents:file_download", args=[file.pk]))

    assert response.content == b"<script>alert(1)</script>"
    assert (
        response["Content-Disposition"]
        == "attachment; filename*=utf-8''%E5%8F%8D%E9%A6%88%E6%84%8F%E8%A7%81%201.html"
    )
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    assert (
        AuditEntry.objects.filter(action="documents.file_downloaded", actor_id=file.created_by_id).count()
        == 1
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "content_type", "disposition"),
    [
        (b"%PDF-1.4", "application/pdf", "inline"),
        (b"<html>", "application/pdf", "attachment"),
        (b"%PDF-1.4", "text/html", "attachment"),
    ],
)
def test_only_a_real_pdf_opens_in_the_browser(client, content, content_type, disposition):
    file = make_file(name="a.pdf", content=content, content_type=content_type)
    client.force_login(file.created_by, "django.contrib.auth.backends.ModelBackend")

    response = client.get(reverse("documents:file_download", args=[file.pk]), {"view": "1"})

    assert response["Content-Disposition"].split(";")[0] == disposition


@pytest.mark.django_db
def test_download_is_not_found_for_others_unknown_kinds_and_strangers(client):
    own = make_file()
    ownerless = make_file(kind="tests.nobody_answers_for", actor=own.created_by)
    other = make_requester("other")
    url = reverse("documents:file_download", args=[own.pk])

    statuses = [client.get(url).status_code]
    client.force_login(other, "django.contrib.auth.backends.ModelBackend")
    statuses.append(client.get(url).status_code)
    client.force_login(own.created_by, "django.contrib.auth.backends.ModelBackend")
    statuses.append(client.get(reverse("documents:file_download", args=[ownerless.pk])).status_code)
    statuses.append(client.get(reverse("documents:file_download", args=[uuid.uuid4()])).status_code)

    assert statuses == [302, 404, 404, 404]


@pytest.mark.django_db
def test_damaged_file_is_refused_in_words(client):
    file = make_file()
    path_of(file.pk).write_bytes(b"changed")
    client.force_login(file.created_by, "django.contrib.auth.backends.ModelBackend")

    response = client.get(reverse("documents:file_download", args=[file.pk]))

    assert response.status_code == 409
    assert "与存入时不一致" in response.content.decode()
    assert StoredFile.objects.filter(pk=file.pk).exists()


def test_large_file_is_sent_piece_by_piece_and_only_whole(client, monkeypatch):
    from apps.documents import views

    monkeypatch.setattr(views, "LARGE", 10)
    user = make_requester()
    file = make_file(name="大.zip", content=b"PK" * 20, content_type="application/zip", actor=user)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    answer = client.get(reverse("documents:file_download", args=[file.pk]))

    assert answer.streaming
    assert b"".join(answer.streaming_content) == b"PK" * 20
    assert answer["Content-Length"] == "40"
    assert "attachment" in answer["Content-Disposition"]
    path_of(file.pk).write_bytes(b"PK" * 19 + b"XX")
    with pytest.raises(FileDamaged):
        checked_path(file)
