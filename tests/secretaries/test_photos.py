"""Photos: what is taken, what becomes of it, who sees it."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from apps.audit.models import AuditEntry
from apps.secretaries.domain.photos import HEIGHT, MOST_BYTES, WIDTH
from apps.secretaries.errors import PhotoRefused
from apps.secretaries.models import Photo
from apps.secretaries.services import remove_photo, set_photo

pytestmark = pytest.mark.django_db
AT = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
BACKEND = "django.contrib.auth.backends.ModelBackend"


def picture(kind="JPEG", size=(600, 800), mode="RGB", **options):
    out = BytesIO()
    Image.new(mode, size, (200, 30, 30) if mode == "RGB" else (200, 30, 30, 0)).save(out, kind, **options)
    return out.getvalue()


def with_place():
    """A picture that tells where it was taken."""
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    exif[0x0112] = 6
    return picture(exif=exif, size=(800, 600))


@pytest.fixture
def clerk(world):
    return world.users["clerk"]


def test_photo_is_written_anew_without_the_files_own_data(world, clerk):
    photo = set_photo(world.secretary.pk, with_place(), actor=clerk, at=AT)

    stored = Image.open(BytesIO(bytes(photo.content)))
    assert (stored.format, stored.size, dict(stored.getexif())) == ("JPEG", (WIDTH, HEIGHT), {})
    assert b"secret place" not in photo.content


def test_png_with_transparency_is_taken_on_white(world, clerk):
    photo = set_photo(world.secretary.pk, picture("PNG", mode="RGBA"), actor=clerk, at=AT)

    assert Image.open(BytesIO(bytes(photo.content))).getpixel((10, 10)) == (255, 255, 255)


def test_same_photo_again_logs_nothing_and_removal_goes_for_good(world, clerk):
    for _ in range(2):
        set_photo(world.secretary.pk, picture(), actor=clerk, at=AT)
    for _ in range(2):
        remove_photo(world.secretary.pk, actor=clerk, at=AT)

    rows = AuditEntry.objects.filter(action__startswith="secretaries.photo").order_by("seq")
    assert list(rows.values_list("action", flat=True)) == [
        "secretaries.photo_set",
        "secretaries.photo_removed",
    ]
    assert not Photo.objects.exists()


def broken_header(width, height):
    """A PNG whose head claims a huge picture."""
    whole = bytearray(picture("PNG", size=(2, 2)))
    whole[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    import zlib

    whole[29:33] = zlib.crc32(bytes(whole[12:29])).to_bytes(4, "big")
    return bytes(whole)


REFUSED = {
    "too large": b"x" * (MOST_BYTES + 1),
    "no picture": b"hello",
    "gif": None,
    "cut off": None,
    "too many pixels": None,
    "bomb": None,
}


@pytest.mark.parametrize("case", list(REFUSED))
def test_refused(world, clerk, case):
    content = {
        "gif": lambda: picture("GIF"),
        "cut off": lambda: picture(size=(900, 900), quality=95)[:400],
        "too many pixels": lambda: broken_header(9000, 9000),
        "bomb": lambda: broken_header(60000, 60000),
    }.get(case, lambda: REFUSED[case])()

    with pytest.raises(PhotoRefused, match="没有保存"):
        set_photo(world.secretary.pk, content, actor=clerk, at=AT)

    assert not Photo.objects.exists()


def test_upload_show_and_remove_by_page(world, client):
    client.force_login(world.users["clerk"], backend=BACKEND)
    edit = reverse("secretaries:photo_edit", args=[world.secretary.pk])
    refused = client.post(edit, {"photo": SimpleUploadedFile("a.jpg", b"<script>alert(1)</script>")})
    assert "不是完整的 JPG 或 PNG" in refused.content.decode()
    client.post(edit, {"photo": SimpleUploadedFile("a.jpg", picture())})

    shown = client.get(reverse("secretaries:photo", args=[world.secretary.pk]))
    assert (shown["Content-Type"], shown["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert "no-store" in shown["Cache-Control"]
    page = client.get(reverse("secretaries:secretary_detail", args=[world.secretary.pk])).content.decode()
    assert "甲书记的照片" in page
    client.force_login(world.users["outsider_secretary"], backend=BACKEND)
    assert client.get(reverse("secretaries:photo", args=[world.secretary.pk])).status_code == 404
    client.force_login(world.users["clerk"], backend=BACKEND)
    client.post(reverse("secretaries:photo_remove", args=[world.secretary.pk]))
    assert client.get(reverse("secretaries:photo", args=[world.secretary.pk])).status_code == 404
