"""QR codes as rows of modules; who draws them, on paper or on a page, decides how."""

import re
from collections.abc import Iterator, Sequence
from math import isqrt
from typing import Any

import zxingcpp

QUIET = 2  # modules of white around the code; the paper adds more
DARK = re.compile(rb"\0+")


def qr_rows(text: str, mask: int | None = None) -> list[bytes]:
    """Return the modules of the QR code of a text, level M, without white around it: a row each, 0 where it is dark."""
    options = {} if mask is None else {"data_mask": mask}
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M", **options)
    picture: Any = code.to_image(add_quiet_zones=False)  # a buffer of bytes, which its types do not tell
    modules = bytes(memoryview(picture))
    side = isqrt(len(modules))
    return [modules[start : start + side] for start in range(0, len(modules), side)]


def dark_runs(rows: Sequence[bytes]) -> Iterator[tuple[int, int, int]]:
    """Yield ``(row, start, length)`` of the dark runs; drawn as one bar they leave no hairlines."""
    for number, row in enumerate(rows):
        for run in DARK.finditer(row):
            yield number, run.start(), len(run[0])


def qr_svg(text: str) -> str:
    """Return the code as the text of an SVG picture, white around it as readers want."""
    rows = qr_rows(text)
    side = len(rows) + 2 * QUIET
    bars = "".join(f"M{x + QUIET} {y + QUIET}h{length}v1h-{length}z" for y, x, length in dark_runs(rows))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{bars}"/></svg>'
    )
