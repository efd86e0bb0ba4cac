"""What the page of a run shows: its steps, what was missing and where it is entered, what changed against the run before."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from apps.common.domain.actors import Actor
from apps.common.domain.text import search_words
from apps.cycles.domain.schemes import ComponentKind
from apps.documents.domain.jobs import JobState
from apps.scoring.domain.states import RunState
from apps.scoring.models import ScoreRun
from apps.scoring.selectors import runs_visible_to

STEPS = (
    "读取方案、名单和选票",
    "逐票计分，算各类别平均分",
    "按方案折算、合成总分",
    "排名次，定哪些可以显示",
    "与上次比较，保存结果",
)
INPUTS = {
    "scheme": "方案",
    "people": "述职对象和测评场次",
    "imported": "录入的考核得分",
    "adjustments": "加分扣分",
}


@dataclass(frozen=True, slots=True)
class MissingLine:
    """Something that one reviewee lacks. ``url`` leads to where it is entered, ``place`` says what that is."""

    who: str
    name: str
    organization: str
    reason: str
    url: str
    place: str


@dataclass(frozen=True, slots=True)
class Change:
    """One sentence on how a reviewee's figures moved against the run before."""

    reviewee_id: int
    name: str
    words: str


def steps_of(run: ScoreRun) -> list[tuple[str, str]]:
    """Return every step with its place: "done", "now" or "" (still to come). Expects the job to be loaded."""
    if run.state != RunState.RUNNING.value:
        return [(step, "done") for step in STEPS]
    job = run.job
    if job is None or job.state == JobState.QUEUED.value:
        return [(step, "") for step in STEPS]
    n_done = job.n_done if job.n_total == len(STEPS) else 0
    return [(step, "done" if n < n_done else "now" if n == n_done else "") for n, step in enumerate(STEPS)]


def missing_of(run: ScoreRun) -> list[MissingLine]:
    """Return what is missing, person by person in the order in which the run found it. One query."""
    rows = run.summaries.filter(reviewee_id__in={entry["reviewee_id"] for entry in run.missing})
    names = ("reviewee_id", "reviewee__name", "reviewee__organization_name", "components")
    known = {key: rest for key, *rest in rows.order_by().values_list(*names)}
    found = []
    for entry in run.missing:
        who, _, reason = entry["text"].partition("：")
        name, organization, components = known.get(entry["reviewee_id"], (who, "", ()))
        found.append(MissingLine(who, name, organization, reason, *_where(run, reason, components)))
    return found


def _where(run: ScoreRun, reason: str, components: Iterable[Mapping[str, Any]]) -> tuple[str, str]:
    """Return the address where a missing figure is entered, and what is there."""
    for part in components:
        if part["kind"] == ComponentKind.IMPORTED.value and f"“{part['name']}”" in reason:
            return reverse("assessments:component_grid", args=[part["component_id"]]), f"录入“{part['name']}”"
    return f"{reverse('evaluations:session_list')}?cycle={run.cycle_id}", "测评场次"


def by_reason(lines: Iterable[MissingLine]) -> list[tuple[MissingLine, list[str]]]:
    """Return each reason with everybody it holds up: one closed urn holds up forty people for one reason."""
    found: dict[str, tuple[MissingLine, list[str]]] = {}
    for line in lines:
        found.setdefault(line.reason, (line, []))[1].append(line.who)
    return list(found.values())


def changes_of(run: ScoreRun, *, query: str = "", figure: str = "") -> list[Change]:
    """Return what changed against the run before, a line per sentence, narrowed to words and to one figure."""
    words = search_words(query)
    return [
        change
        for one in run.differences.get("people", [])
        for sentence in one["words"]
        if (change := Change(one["reviewee_id"], one["name"], sentence)) and _is_wanted(change, words, figure)
    ]


def _is_wanted(change: Change, words: Sequence[str], figure: str) -> bool:
    text = f"{change.name} {change.words}"
    return all(word in text for word in words) and (not figure or figure_of(change.words) == figure)


def figure_of(sentence: str) -> str:
    """Return which figure a sentence is about: what stands before the colon."""
    return sentence.partition("：")[0] if "：" in sentence else ""


def figures_changed(run: ScoreRun) -> list[str]:
    """Return the names of the figures that moved for anybody, each once."""
    found = (figure_of(words) for one in run.differences.get("people", []) for words in one["words"])
    return list(dict.fromkeys(name for name in found if name))


def input_hashes_of(run: ScoreRun) -> list[tuple[str, str]]:
    """Return the hash of each part of the input with its name; the forms' names come with the scheme. One query if there are any."""
    if not run.input_hashes:
        return []
    names = dict(INPUTS) | {
        f"marks:{one.pk}": f"测评表“{one.name}”的票" for one in run.cycle.scheme.papers.all()
    }
    return [(names.get(key, key), value) for key, value in sorted(run.input_hashes.items())]


def with_list_figures(user: Actor) -> QuerySet[ScoreRun]:
    """Return the runs an account may see with what the list shows of them."""
    return runs_visible_to(user).select_related("cycle", "requested_by", "job")
