"""Breaking a document title by meaning: no word torn, lines of like length (GB/T 9704-2012, 7.3.1)."""

import re
from itertools import combinations, pairwise

from apps.documents.domain.line_breaking import can_break

# Words of the trade that stay whole.
WORDS = re.compile(
    r"\d+年度?|党组织|党委书记|书记|基层党建工作|基层党建|述职评议考核|述职评议|评议考核|述职报告|综合评价意见|综合评价|反馈意见|"
    r"会议记录|汇总表|一览表|问题清单|整改|组织部|委员会|工作委员会|领导小组|等次|情况|通知|通报|报告|方案|工作|关于|开展|结果"
)
GOOD_BEFORE = re.compile(r"关于|抓基层|述职评议|综合评价|反馈|通报|通知|汇总|整改")
GOOD_AFTER = re.compile(r"(委员会|组织部|党委|党工委|党组|年度|的|关于.*书记)$")
MOST_LINES = 5


def break_title(title: str, per_line: int) -> list[str]:
    """Return the lines of a title, ``per_line`` characters each at most. A line end in the title itself is kept."""
    if "\n" in title:
        return [line for part in title.split("\n") for line in break_title(part.strip(), per_line) if line]
    if len(title) <= per_line:
        return [title]
    places = [at for at in range(1, len(title)) if can_break(title, at)]
    whole = [at for at in places if not _tears_word(title, at)]
    for n_lines in range(-(-len(title) // per_line), MOST_LINES + 1):
        best = _best(title, whole, n_lines, per_line) or _best(title, places, n_lines, per_line)
        if best:
            return best
    return [title[i : i + per_line] for i in range(0, len(title), per_line)]


def _tears_word(title: str, at: int) -> bool:
    return any(word.start() < at < word.end() for word in WORDS.finditer(title))


def _best(title: str, places: list[int], n_lines: int, per_line: int) -> list[str] | None:
    near = _near_even(places, len(title), n_lines)
    found = [_cut(title, ends) for ends in combinations(near, n_lines - 1)]
    fitting = [lines for lines in found if all(len(line) <= per_line for line in lines)]
    return min(fitting, key=_ugliness, default=None)


def _near_even(places: list[int], length: int, n_lines: int) -> list[int]:
    """Keep the places that can matter, so that long titles stay quick."""
    step = length / n_lines
    return [at for at in places if any(abs(at - step * k) <= step / 2 for k in range(1, n_lines))]


def _cut(title: str, ends: tuple[int, ...]) -> list[str]:
    starts = (0, *ends)
    return [title[a:b] for a, b in zip(starts, (*ends, len(title)), strict=True)]


def _ugliness(lines: list[str]) -> float:
    mean = sum(map(len, lines)) / len(lines)
    uneven = sum((len(line) - mean) ** 2 for line in lines)
    good = sum(
        1 for before, after in pairwise(lines) if GOOD_AFTER.search(before) or GOOD_BEFORE.match(after)
    )
    orphaned = sum(1 for line in lines[1:] if line[0] in "的和与及之")
    return uneven + 40 * orphaned - 12 * good
