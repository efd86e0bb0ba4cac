"""Proposals of problems from the text of a commentary, while it is being typed.

The rule only proposes: a person confirms each sentence, shortens it or leaves it.
"""

import re
from dataclasses import dataclass

MIN_CHARS = 6
ENDS = re.compile(r"[。！？；!?;\n\r]+")
# "一是…，二是…" is the usual way to count off within one sentence.
COUNTED = re.compile(
    r"[，,：:]\s*(?=(?:[一二三四五六七八九十]{1,3}(?:是|要)|第[一二三四五六七八九十]{1,3}[，,、]))"
)
NUMBER = re.compile(
    r"^(?:[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[）)、.．]\s*"
    r"|[一二三四五六七八九十]{1,3}是|第[一二三四五六七八九十]{1,3}[，,、个]\s*|[-•·●]\s*)+"
)
LACK = re.compile(
    r"不足|不够|不强|不高|不实|不深|不严|不力|不到位|不全|不多|不平衡|不紧密|不规范|不明显|不及时|没有|没能|尚未|未能|未|"
    r"缺乏|缺少|欠缺|缺|薄弱|软弱|滞后|偏|单一|流于形式|两张皮|断层|老化|难以|难题|短板|弱项|差距|问题|较少|较弱|较差|较低|较慢|松懈|脱节|不"
)

PRAISE = re.compile(r"不断|不仅|不但|不懈|不错|不忘|不少")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One proposed sentence. ``names_a_lack`` tells whether it sounds like a problem."""

    text: str
    names_a_lack: bool


def split(text: str) -> list[Sentence]:
    """Return the sentences of a commentary in their order, each once, without numbering and closing punctuation.

    Fragments shorter than ``MIN_CHARS`` are left out.
    """
    found: dict[str, Sentence] = {}
    for part in ENDS.split(text):
        for piece in COUNTED.split(part):
            bare = bare_sentence(piece)
            if len(bare) >= MIN_CHARS:
                found.setdefault(bare, Sentence(bare, bool(LACK.search(PRAISE.sub("", bare)))))
    return list(found.values())


def bare_sentence(text: str) -> str:
    """Return a sentence without its numbering, outer spaces and closing punctuation."""
    return NUMBER.sub("", text.strip(" \t\u3000，,、。；;：:！!？?")).strip(" \t\u3000，,、。；;：:")


def proposals(text: str, taken: list[str]) -> list[Sentence]:
    """Return the sentences that are not yet part of a confirmed problem (``taken``)."""
    bare_taken = [bare_sentence(one) for one in taken]
    return [one for one in split(text) if not any(one.text in t or t in one.text for t in bare_taken if t)]
