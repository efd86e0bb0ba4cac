"""A photo as uploaded in, one clean JPEG of a fixed size out."""

from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from apps.secretaries.domain.photos import HEIGHT, MOST_BYTES, MOST_PIXELS, QUALITY, WIDTH
from apps.secretaries.errors import PhotoRefused

FORMATS = ("JPEG", "PNG")
WHITE = (255, 255, 255)


def portrait_of(content: bytes) -> bytes:
    """Return the picture cut to the middle and scaled to the card's size, as a new JPEG: nothing of the file's own data stays.

    :raises PhotoRefused: too large, or not a whole JPG or PNG picture.
    """
    if len(content) > MOST_BYTES:
        raise PhotoRefused(
            f"照片超过 {MOST_BYTES // 1024 // 1024} MB，没有保存。请缩小后再上传，原来的照片不变。"
        )
    try:
        return _rewritten(content)
    except (
        Image.DecompressionBombError, Image.DecompressionBombWarning, UnidentifiedImageError, OSError, SyntaxError, ValueError,
    ):  # fmt: skip
        raise PhotoRefused(
            "这个文件不是完整的 JPG 或 PNG 图片，没有保存。请重新保存成 JPG 后再上传。"
        ) from None


def _rewritten(content: bytes) -> bytes:
    with Image.open(BytesIO(content), formats=FORMATS) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise PhotoRefused("照片的像素太多（超过 4000 万），没有保存。请缩小后再上传。")
        picture.draft("RGB", (WIDTH * 2, HEIGHT * 2))
        turned = ImageOps.exif_transpose(picture)
        flat = Image.new("RGB", turned.size, WHITE)
        shown = turned.convert("RGBA")
        flat.paste(shown, mask=shown.getchannel("A"))
        fitted = ImageOps.fit(flat, (WIDTH, HEIGHT), Image.Resampling.LANCZOS, centering=(0.5, 0.35))
    out = BytesIO()
    fitted.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()
