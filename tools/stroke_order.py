"""Write ``apps/common/domain/stroke_order.txt`` anew: every CJK character in the stroke order of lists in China.

    npm pack cnchar-order@3.2.6 && tar xzf cnchar-order-3.2.6.tgz
    apt-get download unicode-data && dpkg -x unicode-data_*.deb . && bunzip2 usr/share/unicode/Unihan_*.bz2
    python -m tools.stroke_order package/cnchar.order.min.js usr/share/unicode

Source of the order: GF 3003-1999 《GB 13000.1 字符集汉字字序（笔画序）规范》, rules 1 to 3: fewer strokes first; then
stroke by stroke 横 1, 竖 2, 撇 3, 点 4, 折 5 (提 counts as 横, 竖钩 as 竖, 捺 as 点); then the main form before its
variant (横 before 提, 点 before 捺; of folds the one with fewer turns, then the one that begins with 横). What its
last rules add (how strokes touch, left-right before top-down) is taken from 《通用规范汉字表》 (2013), three lists
printed in this order.

- cnchar-order (MIT) tells the strokes of 6,939 characters; eight of them wrong, see ``CORRECTED``.
- Unihan (Unicode License v3) tells the place in those lists (kTGH) and the number of strokes (kTotalStrokes).
  A character of the lists whose strokes are not known stands right after the one printed before it.
- All others come last among their number of strokes, in the order the file has already (CLDR: by radical).

Running it again writes the same file.
"""

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path

ORDER = Path(__file__).parent.parent / "apps/common/domain/stroke_order.txt"
SIMPLE = {"j": "1", "i": "1", "f": "2", "g": "2", "s": "3", "k": "4", "d": "4", "l": "4"}
VARIANTS = "igl"
# What a fold begins with, if not with 横.
BEGINNINGS = {"b": "2", "h": "2", "q": "2", "u": "2", "x": "2", "y": "2", "z": "2", "m": "3", "n": "3"}
LISTS = (range(1, 3501), range(3501, 6501), range(6501, 8106))
LAST = "6"  # after every stroke
NO_LIST = 9_999
# Read against 《通用规范汉字笔顺规范》 (GF 0023-2020).
CORRECTED = {
    "德": "ssfjffcffjjdykk", "炽": "dsskfcjsk", "媾": "msjjjffjfrfjj", "皙": "jfskssjfsfcjj", "锺": "sjjjhsjfcjjfjj",
    "撅": "jgijsksjbfssesl", "膝": "srjjjfskslgkisk", "黏": "sjfskslgkiskfjfcj",
}  # fmt: skip

# Number of strokes; the strokes; their variants; place in the printed lists.
Place = tuple[int, str, str, int]


def main(cnchar: Path, unihan: Path) -> None:
    """Write the file from the two sources."""
    before = ORDER.read_text(encoding="utf-8")
    official = {
        char: int(value.split(":")[1])
        for char, value in read_unihan(unihan / "Unihan_OtherMappings.txt", "kTGH")
    }
    totals = {
        char: int(value) for char, value in read_unihan(unihan / "Unihan_IRGSources.txt", "kTotalStrokes")
    }
    places = places_by_strokes(cnchar, official)
    add_listed(places, official, totals)
    add_others(places, before, totals)
    ORDER.write_text("".join(sorted(before, key=places.__getitem__)), encoding="utf-8")


def read_unihan(path: Path, field: str) -> list[tuple[str, str]]:
    """Return each character with the first value of a field."""
    lines = (line.split() for line in path.read_text(encoding="utf-8").splitlines() if f"\t{field}\t" in line)
    return [(chr(int(code.removeprefix("U+"), 16)), value) for code, _, value, *_ in lines]


def places_by_strokes(cnchar: Path, official: Mapping[str, int]) -> dict[str, Place]:
    """Return the places of the characters whose strokes are known."""
    table, forms = (
        json.loads(part) for part in re.findall(r"JSON\.parse\('(.*?)'\)", cnchar.read_text(encoding="utf-8"))
    )

    def mark(stroke: str) -> str:
        if stroke in SIMPLE:
            return "1" if stroke in VARIANTS else "0"
        return forms[stroke]["foldCount"] + BEGINNINGS.get(stroke, "1")

    return {
        char: (
            len(strokes),
            "".join(SIMPLE.get(stroke, "5") for stroke in strokes),
            "".join(map(mark, strokes)),
            official.get(char, NO_LIST),
        )
        for char, strokes in {**table, **CORRECTED}.items()
    }


def add_listed(places: dict[str, Place], official: Mapping[str, int], totals: Mapping[str, int]) -> None:
    """Place the characters of the lists whose strokes are not known: after the one printed before them."""
    printed = {number: char for char, number in official.items()}
    for numbers in LISTS:
        last: Place = (0, "", "", 0)
        for number in numbers:
            char = printed[number]
            if char not in places:
                more = totals[char] > last[0] and totals[char] <= _next_count(
                    places, printed, number, numbers.stop
                )
                places[char] = (totals[char], "", "", number) if more else (*last[:3], number)
            last = places[char]


def _next_count(places: Mapping[str, Place], printed: Mapping[int, str], number: int, stop: int) -> int:
    """Return the strokes of the next character of a list that are known."""
    following = (places[printed[later]][0] for later in range(number + 1, stop) if printed[later] in places)
    return next(following, 99)


def add_others(places: dict[str, Place], before: str, totals: Mapping[str, int]) -> None:
    """Place the rest among their number of strokes; one that Unihan does not count has as many as its neighbor."""
    count = 0
    for place, char in enumerate(before):
        count = totals.get(char, count)
        places.setdefault(char, (count, LAST, "", place))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
