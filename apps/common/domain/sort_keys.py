"""Keys that sort Chinese names as lists and books do: by pinyin, and by number of strokes (姓氏笔画).

The keys are plain text; the database compares them code point by code point (collation C.UTF-8). They are stored with the
row, so that a list of 10,000 names sorts by an index.

``stroke_order.txt`` beside this module holds the 97,699 CJK characters of Unicode 17 in stroke order, without
separators: number of strokes first, then the strokes one by one (横竖撇点折), as GF 3003-1999 orders them for lists and
dictionaries. ``tools/stroke_order.py`` writes it and says from what: cnchar-order (MIT, Copyright 2017-present theajack),
Unihan and, for characters whose strokes nobody tells, the order of CLDR 48 (both Unicode License v3,
https://www.unicode.org/license.txt).
"""

import re
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path

from pypinyin import Style, lazy_pinyin
from pypinyin.constants import PHRASES_DICT, RE_HANS
from pypinyin.seg import mmseg
from pypinyin.seg.mmseg import p_set

from apps.common.domain.text import normalized

LIMIT = 200
SHORT_NAME = 2
BLANK = "   "  # before every code
RUN_OF_HAN = re.compile(RE_HANS.pattern.strip("^$"))
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
# Readings that a character has as a surname only.
# Source: 通用规范汉字字典, the surname readings that differ from the first one.
SURNAMES = {
    "单": "shan4", "曾": "zeng1", "仇": "qiu2", "解": "xie4", "查": "zha1", "任": "ren2", "朴": "piao2", "区": "ou1",
    "盖": "ge3", "缪": "miao4", "尉": "wei4", "华": "hua4", "纪": "ji3", "冼": "xian3", "洗": "xian3", "宓": "mi4",
    "种": "chong2", "召": "shao4", "覃": "qin2", "员": "yun4", "乐": "yue4", "折": "she2", "逄": "pang2", "翟": "zhai2",
    "黑": "he4", "秘": "bi4", "祭": "zhai4", "繁": "po2", "葛": "ge3", "燕": "yan1", "应": "ying1", "过": "guo1",
}  # fmt: skip


def pinyin_key(text: str, *, is_person: bool = False, limit: int = LIMIT) -> str:
    """Return ``text``'s pinyin, each syllable with a capital, then the tones: 西安 → ``XiAn!11``.

    A capital sorts before a small letter, so 西安 comes before 先 as in a dictionary; with ``icontains`` people find
    it by typing ``xian``. ``is_person`` reads the first character as a surname (单 is then Shan).
    """
    syllables, tones, length = [], [], 0
    for syllable, tone in map(_spelled, _readings(text, is_person=is_person)):
        length += len(syllable)
        if length > limit:
            break
        syllables.append(syllable)
        tones.append(tone)
    return "".join([*syllables, "!", *tones])[:limit]


def pinyin_syllables(text: str, *, is_person: bool = False) -> list[str]:
    """Return the syllables of ``text`` without tones: 单雄信 → ``["shan", "xiong", "xin"]``."""
    return [reading.rstrip("12345") for reading in _readings(text, is_person=is_person)]


def pinyin_initials(text: str, *, is_person: bool = False, limit: int = LIMIT) -> str:
    """Return the first letter of each syllable, small; letters and figures stay: 第12党支部 → ``d12dzb``."""
    plain = normalized(text)
    parts = (reading if reading in plain else reading[:1] for reading in _readings(text, is_person=is_person))
    letters = "".join(parts).lower()
    if not (letters.isascii() and letters.isalnum()):
        letters = "".join(char for char in letters if char.isascii() and char.isalnum())
    return letters[:limit]


def stroke_key(text: str, *, is_person: bool = False, limit: int = LIMIT) -> str:
    """Return a key by the strokes of the first character, then of the second, and so on.

    Letters and figures come before all characters, in their own order. ``is_person``: a given name of one character
    comes before those of two (王敏 before 王一鸣), as if a blank stood before it.
    Source: lists 按姓氏笔画为序 as the Party congress and the CPPCC publish them (a people's congress, 按姓名笔画为序,
    leaves no blank).
    """
    codes = list(map(_stroke_code, normalized(text).lower()))
    if is_person and len(codes) == SHORT_NAME:
        codes.insert(1, BLANK)
    return "".join(codes)[: limit - limit % 3]


def stroke_rank(char: str) -> int | None:
    """Return a character's place in stroke order, from nought; ``None`` if it is no CJK character."""
    place = _stroke_order().find(char)
    return None if place < 0 else place


@lru_cache(maxsize=1024)
def _readings(text: str, *, is_person: bool) -> tuple[str, ...]:
    """Return one reading per character; letters and figures stay together. The keys of one name ask for it in turn."""
    plain = normalized(text).replace("!", " ")
    readings = tuple(chain.from_iterable(map(_readings_of_word, words_of(plain))))
    if is_person and plain[:1] in SURNAMES:
        return (SURNAMES[plain[0]], *readings[1:])
    return readings


def words_of(text: str) -> list[str]:
    """Cut a text as ``pypinyin`` does, into its longest known phrases from the left, ten times as fast for names.

    Most characters of a name begin no phrase together with the next one; only where they do the slow way is gone.
    """
    words, done = [], 0
    for run in RUN_OF_HAN.finditer(text):
        words += [text[done : run.start()], *_phrases(run[0])] if run.start() > done else _phrases(run[0])
        done = run.end()
    return [*words, text[done:]] if done < len(text) or not text else words


def _phrases(text: str) -> list[str]:
    words, at, last = [], 0, len(text) - 1
    begins_phrase = _beginnings().__contains__
    while at <= last:
        if at == last or not begins_phrase(text[at : at + 2]):
            words.append(text[at])
        elif text[at:] in p_set:
            return [*words, *mmseg.seg.cut(text[at:])]
        else:
            words.append(next(mmseg.seg.cut(text[at:])))
        at += len(words[-1])
    return words


@cache
def _beginnings() -> frozenset[str]:
    """Return the first two characters of all phrases."""
    return frozenset(phrase[:2] for phrase in PHRASES_DICT)


@lru_cache(maxsize=8192)
def _spelled(reading: str) -> tuple[str, str]:
    """Return a reading's syllable with a capital, and its tone."""
    syllable = reading.rstrip("12345")
    return syllable.capitalize(), reading[len(syllable) :] or "0"


@lru_cache(maxsize=8192)
def _readings_of_word(word: str) -> tuple[str, ...]:
    """Read one word of a cut-up text; names share their words, so most are read once."""
    readings = lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True)
    return tuple(reading for reading in readings if reading.strip())


@lru_cache(maxsize=8192)
def _stroke_code(char: str) -> str:
    """Return three letters that sort like the character's rank."""
    rank = stroke_rank(char)
    if rank is None:
        return f"!{_base62(min(ord(char), 3843), 2)}"
    return _base62(rank, 3)


def _base62(value: int, width: int) -> str:
    digits = []
    for _ in range(width):
        value, rest = divmod(value, 62)
        digits.append(DIGITS[rest])
    return "".join(reversed(digits))


@cache
def _stroke_order() -> str:
    return Path(__file__).with_name("stroke_order.txt").read_text(encoding="utf-8")
