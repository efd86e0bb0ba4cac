"""What changed against the run before, in words: which part of the input, and whose figures moved from what to what.

Only figures that both runs may show are told. What moved without any part of the input having changed is told as such: it would be a
fault of the software.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from apps.scoring.domain.fingerprints import ADJUSTMENTS, IMPORTED, MARKS, PEOPLE, SCHEME

PARTS = {
    SCHEME: "方案",
    PEOPLE: "述职对象和测评场次",
    IMPORTED: "录入的考核得分",
    ADJUSTMENTS: "加分扣分",
}
MISSING = "缺"


@dataclass(frozen=True, slots=True)
class ShownFigures:
    """What one run shows of one reviewee, as text; a figure that is missing is ``None``, one that is hidden is not in it.

    ``figures``: name in words -> figure. ``causes``: of the figures that something brings in from outside, which part of the input that
    is (``PARTS``).
    """

    reviewee_id: int
    name: str
    figures: Mapping[str, str | None]
    causes: Mapping[str, str] = field(default_factory=dict)


def changed_parts(before: Mapping[str, str], now: Mapping[str, str], forms: Mapping[int, str]) -> list[str]:
    """Return in words the parts of the input whose hashes differ. ``forms``: their names."""
    return [
        _part_words(part, forms)
        for part in sorted(before.keys() | now.keys())
        if before.get(part) != now.get(part)
    ]


def _part_words(part: str, forms: Mapping[int, str]) -> str:
    if part.startswith(f"{MARKS}:"):
        key = part.partition(":")[2]
        name = forms.get(int(key), key) if key.isdigit() else key
        return f"测评表“{name}”的票"
    return PARTS.get(part, part)


def describe_differences(
    *,
    against: int,
    parts: Sequence[str],
    before: Iterable[ShownFigures],
    now: Iterable[ShownFigures],
) -> dict[str, Any]:
    """Return plain JSON: ``against`` (the run before), ``parts`` and ``people`` with a sentence per figure that moved."""
    old = {one.reviewee_id: one for one in before}
    people = [
        {"reviewee_id": one.reviewee_id, "name": one.name, "words": words}
        for one in now
        if (words := [*_moved(old.get(one.reviewee_id), one, parts)])
    ]
    gone = old.keys() - {one.reviewee_id for one in now} if isinstance(now, Sequence) else set()
    people += [
        {"reviewee_id": key, "name": old[key].name, "words": ["不再是本周期的述职对象"]}
        for key in sorted(gone)
    ]
    return {"against": against, "parts": [*parts], "people": people, "summary": _summary(parts, len(people))}


def _summary(parts: Sequence[str], n_people: int) -> str:
    if not parts:
        return "输入没有变化，结果相同。" if not n_people else "输入没有变化，结果却不同，请联系系统管理员。"
    what = "、".join(parts)
    return (
        f"变化的是：{what}；{n_people} 人的数字因此改变。"
        if n_people
        else f"变化的是：{what}；没有人的数字因此改变。"
    )


def _moved(old: ShownFigures | None, now: ShownFigures, parts: Sequence[str]) -> Iterable[str]:
    if old is None:
        yield "新列为本周期的述职对象"
        return
    for name, figure in now.figures.items():
        if name not in old.figures:
            continue
        before = old.figures[name]
        if before != figure:
            cause = now.causes.get(name)
            why = f"（{PARTS[cause]}有改动）" if cause in PARTS and PARTS[cause] in parts else ""
            yield f"{name}：{before or MISSING} → {figure or MISSING}{why}"
