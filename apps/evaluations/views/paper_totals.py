"""Paper totals: batches with their heads and cover sheets, and the grid in which two people enter what they counted.

The figures come as JSON in one request and go sealed to the table; no page ever shows one that was entered before.
"""

import json
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.common.errors import DomainError
from apps.cycles.domain.papers.templates import Item, ItemKind
from apps.evaluations import services
from apps.evaluations.domain.ballot_papers import BallotPaper, Part, Subject, from_description
from apps.evaluations.domain.paper_totals import LISTED, counted_items
from apps.evaluations.domain.states import SessionState
from apps.evaluations.forms import HeadsForm, PlaceForm
from apps.evaluations.models import EvaluationSession, PaperBatch
from apps.evaluations.pdf.paper_cover import Cover, cover_pdf
from apps.evaluations.selectors.paper_totals import (
    batch_lines,
    differing_cells,
    name_of,
    places_without_batch,
)
from apps.evaluations.services.paper_totals import ENTRIES_WHILE, HEADS_WHILE
from apps.evaluations.views.doors import held_session, paper_answer, user_of, words_of
from apps.evaluations.views.sessions import crumbs

MALFORMED = "内容无法识别，没有保存。请刷新本页后重试。"


@login_required
@never_cache
@require_GET
def paper_totals(request: HttpRequest, session_id: int) -> HttpResponse:
    """All batches of the session, and what each still needs."""
    session = held_session(request, session_id)
    context = {
        "session": session,
        "lines": batch_lines(session),
        "places": places_without_batch(session) if session.state in HEADS_WHILE else [],
        "may_set_heads": session.state in HEADS_WHILE,
        "may_enter": session.state in ENTRIES_WHILE,
        "has_key": session.state != SessionState.DRAFT.value,
        "me": user_of(request).pk,
        "crumbs": crumbs(session, "纸质统计"),
    }
    return render(request, "evaluations/paper_totals.html", context)


@login_required
@require_POST
@sensitive_variables("code")
def paper_cover(request: HttpRequest, session_id: int) -> HttpResponse:
    """Open a batch, or renew its code, and answer the cover sheet, once."""
    session = held_session(request, session_id)
    form = PlaceForm(request.POST)
    if not form.is_valid():
        messages.error(request, "没有选定类别，请刷新页面重试。")
        return redirect("evaluations:paper_totals", session.pk)
    try:
        batch, code = services.open_batch(
            session.pk,
            group_id=form.cleaned_data["group"],
            hall_id=form.cleaned_data["hall"],
            actor=user_of(request),
            at=timezone.now(),
        )
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("evaluations:paper_totals", session.pk)
    hall = batch.hall.name if batch.hall else ""
    cover = Cover(session.title, batch.group.voter_group.name, hall, code)
    return paper_answer(cover_pdf(cover), f"paper-cover-{batch.pk}")


@login_required
@require_POST
def paper_heads(request: HttpRequest, session_id: int, batch_id: int) -> HttpResponse:
    session = held_session(request, session_id)
    batch = get_object_or_404(PaperBatch, pk=batch_id, session=session)
    form = HeadsForm(request.POST)
    if not form.is_valid():
        words = words_of(form)
        messages.error(request, f"“{name_of(batch)}”没有保存：{words}")
        return redirect("evaluations:paper_totals", session.pk)
    try:
        services.set_heads(batch.pk, **form.cleaned_data, actor=user_of(request), at=timezone.now())
    except DomainError as error:
        messages.error(request, f"“{name_of(batch)}”：{error.message}")
    else:
        messages.success(request, f"“{name_of(batch)}”的张数已登记。")
    return redirect("evaluations:paper_totals", session.pk)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def paper_entry(request: HttpRequest, session_id: int, batch_id: int) -> HttpResponse:
    """GET: an empty grid. POST (JSON): one person's figures; the answer tells which cells differ, never a figure."""
    session = held_session(request, session_id)
    batch = get_object_or_404(
        PaperBatch.objects.select_related("group__voter_group", "hall"), pk=batch_id, session=session
    )
    if request.method == "POST":
        return _take(request, session, batch)
    paper = from_description(session.form) if session.form else None
    own = batch.entries.filter(entered_by=user_of(request)).exists()
    context = {
        "session": session,
        "batch": batch,
        "name": name_of(batch),
        "may_enter": session.state in ENTRIES_WHILE and batch.n_returned > 0,
        "tables": _tables(paper) if paper else [],
        "is_own": own,
        "differing": json.dumps((differing_cells(batch) or []) if own else []),
        "crumbs": [
            *crumbs(session, "纸质统计")[:-1],
            ("纸质统计", reverse("evaluations:paper_totals", args=[session.pk])),
            ("录入", ""),
        ],
    }
    return render(request, "evaluations/paper_entry.html", context)


@sensitive_variables()
def _take(request: HttpRequest, session: EvaluationSession, batch: PaperBatch) -> JsonResponse:
    try:
        sent = json.loads(request.body)
        figures: dict[str, Any] = sent["totals"]
        given = {"counts": figures["m"], "n_valid": figures["n_valid"], "n_invalid": figures["n_invalid"]}
        code = str(sent["code"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return JsonResponse({"code": "malformed", "detail": MALFORMED}, status=400)
    try:
        outcome = services.enter_totals(
            batch.pk, code=code, **given, actor=user_of(request), at=timezone.now()
        )
    except DomainError as refusal:
        return JsonResponse({"code": refusal.code, "detail": refusal.message}, status=409)
    back = reverse("evaluations:paper_totals", args=[session.pk])
    return JsonResponse({"place": outcome.place, "differing": outcome.differing, "next": back})


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of the grid. ``name`` is that of the cell in comparisons, ``label`` tells a screen reader where it stands."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Row:
    """One reviewee in the table of one item. ``listing`` is the field for values with their counts, if there is one."""

    subject: Subject
    listing: Cell | None
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """The grid of one item. ``place`` is ``part|item`` for the script."""

    title: str
    hint: str
    heads: list[str]
    rows: list[Row]


def _tables(paper: BallotPaper) -> list[Table]:
    return [
        _table(paper, part, item, number)
        for part in paper.parts
        for number, item in enumerate(counted_items(part.template), start=1)
    ]


def _table(paper: BallotPaper, part: Part, item: Item, number: int) -> Table:
    prefix = f"{part.name} " if len(paper.parts) > 1 else ""
    answers = [] if item.kind in LISTED else [(o.key, o.label) for o in part.template.options_of(item)]
    columns = [*answers, ("", "未填")]
    rows = []
    for subject in paper.subjects:
        place = f"{part.key}|{subject.id}|{item.key}"
        listing = Cell(place, f"{subject.name} {item.text} 各值和票数") if item.kind in LISTED else None
        cells = [Cell(f"{place}|{key}", f"{subject.name} {item.text} {label}") for key, label in columns]
        rows.append(Row(subject, listing, cells))
    what = {ItemKind.NUMBER: "分值×票数", ItemKind.RANK: "名次×票数"}.get(item.kind, "")
    heads = ([what] if what else []) + [label for _, label in columns]
    return Table(f"{prefix}第 {number} 项　{item.text}", _hint(item), heads, rows)


def _hint(item: Item) -> str:
    if item.kind is ItemKind.NUMBER:
        return f"{item.minimum:f}–{item.maximum:f} 分。写成“90×3 85×2”，表示 90 分 3 票、85 分 2 票。"
    return "写成“1×3 2×2”，表示第 1 名 3 票、第 2 名 2 票。" if item.kind is ItemKind.RANK else ""
