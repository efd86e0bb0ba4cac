"""Names of files that people chose."""

import re
import unicodedata

LONGEST, LONGEST_ENDING = 120, 10
NAMELESS = "未命名"
# Every control and invisible formatting character, among them those that turn the reading direction
# and make "gpj.exe" look like "exe.jpg".
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
FORBIDDEN = re.compile(r'[<>:"|?*]')


def clean_name(name: str) -> str:
    """Return a name that is safe to show and to save anywhere: no folders, nothing unseen, at most 120 characters.

    The ending survives the shortening.
    """
    seen = "".join(c for c in unicodedata.normalize("NFC", name) if unicodedata.category(c) not in UNSEEN)
    last = re.split(r"[/\\]", seen)[-1]
    tidy = re.sub(r"\s+", " ", FORBIDDEN.sub("_", last)).strip(" .")
    if len(tidy) <= LONGEST:
        return tidy or NAMELESS
    stem, dot, ending = tidy.rpartition(".")
    if not dot or len(ending) > LONGEST_ENDING:
        return tidy[:LONGEST].rstrip(" .")
    return f"{stem[: LONGEST - len(ending) - 1].rstrip(' .')}.{ending}"
