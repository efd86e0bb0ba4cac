"""What goes into a result package, read from the tables and computed by the server's own rules.

The package covers the whole cycle: totals and ranks need the marks of all its opened sessions. Never a rehearsal.
"""

import base64
import io
import tomllib
from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from django.conf import settings

from apps.common.domain.formats import round_half_up
from apps.cycles.domain.papers.templates import ItemKind
from apps.cycles.models import ReviewCycle, ReviewScheme
from apps.evaluations.domain.comments import subjects_shown
from apps.evaluations.models import (
    EvaluationSession,
    OpenedComment,
    OpenedMark,
    PaperEntry,
    SessionClosing,
    UrnEntry,
)
from apps.scoring.domain import packages
from apps.scoring.domain.computation import Computation, compute
from apps.scoring.domain.inputs import Inputs
from apps.scoring.domain.numbers import exact_text
from apps.scoring.domain.package_parts import Telling, adjustment_lines, described_scheme
from apps.scoring.domain.recipe import README
from apps.scoring.domain.tally import RULES_VERSION
from apps.scoring.models import ScoreRun
from apps.scoring.selectors import RELEASED_STATES
from apps.scoring.selectors.inputs import OPENED, load_inputs, real_sessions

Line = tuple[object, ...]


@cache
def product_version() -> str:
    """Return the version of this software."""
    project = tomllib.loads(Path(settings.BASE_DIR, "pyproject.toml").read_text(encoding="utf-8"))
    return str(project["project"]["version"])


def result_package(
    session: EvaluationSession, inputs: Inputs | None = None, result: Computation | None = None
) -> bytes:
    """Return the result package of an opened session. It holds unsuppressed counts: for scrutineers and department only.

    ``inputs`` and ``result``: what the server read and computed, if the caller has it already. Parts are written to temporary files row by
    row, millions of lines as they may have: only the zip, a small part of them in size, lies in memory.
    """
    cycle = session.cycle
    sessions = list(real_sessions(cycle).order_by("pk"))
    opened = [one for one in sessions if one.state in OPENED]
    inputs = inputs or load_inputs(cycle)
    result = result or compute(inputs)
    telling = Telling(result, inputs.scheme)
    content = io.BytesIO()
    with packages.Parts(TemporaryFile) as parts:
        parts.add("README.txt", README.replace("\n", "\r\n").encode("utf-8-sig"))
        parts.add("scheme.json", packages.json_bytes(_described_scheme(cycle, inputs, sessions)))
        parts.add_csv("reviewees.csv", packages.REVIEWEES_HEAD, _reviewees(cycle))
        parts.add_csv("marks.csv", packages.MARKS_HEAD, _marks(opened, cycle.scheme))
        parts.add_csv("components.csv", packages.COMPONENTS_HEAD, telling.components())
        parts.add_csv("adjustments.csv", packages.ADJUSTMENTS_HEAD, adjustment_lines(inputs))
        parts.add_csv("results.csv", packages.RESULTS_HEAD, telling.results())
        parts.add_csv("ledger.csv", packages.LEDGER_HEAD, _ledger(opened))
        parts.add_csv("trackers.csv", packages.TRACKERS_HEAD, _trackers(opened))
        comments = list(_comments(opened, cycle.scheme.k_min))
        if comments:
            parts.add_csv("comments.csv", packages.COMMENTS_HEAD, comments)
        parts.write_package(content, _manifest(session, packages.RESULTS, result))
    return content.getvalue()


def _manifest(session: EvaluationSession, kind: str, result: Computation | None) -> dict[str, Any]:
    closing = session.closing
    return {
        "format": kind,
        "session": {
            "id": session.pk,
            "title": session.title,
            "cycle": session.cycle.title,
            "closed_at": session.closed_at and session.closed_at.isoformat(),
            "urn_opened_at": session.urn_opened_at and session.urn_opened_at.isoformat(),
        },
        "papers": [
            {
                "id": paper.pk,
                "version": paper.version,
                "sha256": packages.digest(packages.canonical_bytes(paper.definition)),
            }
            for paper in session.cycle.scheme.papers.order_by("order_no")
        ],
        "form_hash": closing.form_hash,
        "merkle_root": closing.merkle_root,
        "marks_hash": closing.marks_hash,
        "input_hash": result.input_hash if result else "",
        "input_hashes": dict(result.hashes) if result else {},
        "software": {"version": product_version(), "rules": RULES_VERSION},
    }


def _described_scheme(
    cycle: ReviewCycle, inputs: Inputs, sessions: Iterable[EvaluationSession]
) -> dict[str, Any]:
    papers = [  # as they are stored: their hashes were fixed at closing
        {"id": one.pk, "key": str(one.order_no), "name": one.name, "definition": one.definition}
        for one in cycle.scheme.papers.order_by("order_no")
    ]
    return described_scheme(inputs.scheme) | {
        "papers": papers,
        "reviewees": [{"id": one.key, "field": one.field} for one in inputs.people],
        "sessions": [_described_session(one) for one in sessions],
    }


def _described_session(session: EvaluationSession) -> dict[str, Any]:
    closing = SessionClosing.objects.filter(session=session).first()
    return {
        "id": session.pk,
        "title": session.title,
        "is_opened": session.state in OPENED,
        "papers": [one.paper_id for one in session.papers.order_by("paper__order_no")],
        "subjects": [
            {"id": one.pk, "reviewee": one.reviewee_id} for one in session.subjects.order_by("order_no")
        ],
        "groups": [{"id": one.pk, "voter_group": one.voter_group_id} for one in session.groups.all()],
        "form": session.form,
        "form_hash": closing.form_hash if closing else "",
        "merkle_root": closing.merkle_root if closing else "",
        "marks_hash": closing.marks_hash if closing else "",
    }


def _reviewees(cycle: ReviewCycle) -> Iterator[Line]:
    for one in cycle.reviewees.all():
        texts = (one.name, one.organization_name, one.post, one.get_field_display())
        yield (one.pk, *map(packages.safe_text, texts))


def _marks(sessions: Iterable[EvaluationSession], scheme: ReviewScheme) -> Iterator[Line]:
    """Yield a line per answer, in the order of random numbers; a mark that leaves all blank is one line without item."""
    kinds = {
        (paper.pk, item.key): item.kind for paper in scheme.papers.all() for item in paper.template.items
    }
    rows = OpenedMark.objects.filter(subject__session__in=[one.pk for one in sessions]).order_by("pk")
    names = (
        "subject__session_id",
        "subject__reviewee_id",
        "group__voter_group_id",
        "pk",
        "paper_id",
        "marks",
    )
    for session, reviewee, group, pk, paper, marks in rows.values_list(*names).iterator(5000):
        place = (session, reviewee, group, pk.hex, paper)
        if not marks:
            yield (*place, "", "", "")
        for item, answer in sorted(marks.items()):
            is_number = kinds.get((paper, item)) in {ItemKind.NUMBER, ItemKind.RANK}
            yield (*place, item, *(("", answer) if is_number else (answer, "")))


def _comments(sessions: Iterable[EvaluationSession], k_min: int) -> Iterator[Line]:
    """Yield released words; the reviewee is named only where enough ballots wrote about that person."""
    for session in sessions:
        if session.state not in RELEASED_STATES:
            continue
        rows = list(OpenedComment.objects.filter(session=session).select_related("subject").order_by("pk"))
        named = subjects_shown(((one.subject_id, one.paper_id, one.item_key) for one in rows), k_min)
        for one in rows:
            reviewee = one.subject.reviewee_id if one.subject and one.subject_id in named else ""
            yield session.pk, reviewee, one.paper_id, one.item_key, packages.safe_text(one.text)


def _ledger(sessions: Iterable[EvaluationSession]) -> Iterator[Line]:
    for session in sessions:
        counts = session.closing.opening_counts or {}
        for line in session.closing.ledger["groups"]:
            count = counts.get(str(line["group_id"]), {})
            yield (
                session.pk,
                line["voter_group_id"],
                packages.safe_text(line["name"]),
                *(line[f"n_{name}"] for name in ("issued", "online", "paper", "void", "unused")),
                *(count.get(name, 0) for name in ("returned", "valid", "void", "blank", "partly")),
            )


def _trackers(sessions: Iterable[EvaluationSession]) -> Iterator[Line]:
    for session in sessions:
        for tracker in session.closing.trackers:
            yield session.pk, tracker


def stored_differences(cycle: ReviewCycle, result: Computation) -> list[str]:
    """Return in words where the stored current run, made from the same input, tells other figures than ``result``."""
    run = ScoreRun.objects.filter(cycle=cycle, is_current=True, input_hash=result.input_hash).first()
    if run is None:
        return []
    stored = {
        one.reviewee_id: (
            one.ballot_exact,
            _text(run, one.ballot_score),
            one.total_exact,
            _text(run, one.total),
        )
        for one in run.summaries.all()
    }
    decimals = cycle.scheme.decimals
    return [
        f"{one.person.name}：系统存下的测评得分或总分与重新计算的不同。"
        for one in result.figures
        if stored.get(one.person.key) != (*_pair(one.ballot, decimals), *_pair(one.total, decimals))
    ]


def _text(run: ScoreRun, value: Decimal | None) -> str:
    return "" if value is None else str(run.as_published(value))


def _pair(value: Fraction | None, decimals: int) -> tuple[str, str]:
    return exact_text(value), "" if value is None else str(round_half_up(value, decimals))


def sealed_package(session: EvaluationSession) -> bytes:
    """Return the closed urn as it lies there: sealed envelopes and paper totals, for a check on an offline computer."""
    form = session.form or {}
    manifest = _manifest(session, packages.SEALED, None) | {
        "suite": session.suite,
        "public_key": bytes(session.public_key or b"").hex(),
        "form": form,
        "groups": [{"id": one.pk, "voter_group": one.voter_group_id} for one in session.groups.all()],
    }
    envelopes = UrnEntry.objects.filter(credential__session=session).order_by("tracker")
    names = (
        "credential__group_id",
        "credential__selector",
        "credential__state",
        "tracker",
        "ciphertext",
        "voucher",
    )
    entries = PaperEntry.objects.filter(batch__session=session, batch__n_returned__gt=0)
    parts = {
        "urn.csv": packages.csv_bytes(
            packages.URN_HEAD,
            (
                (*row[:4], base64.b64encode(bytes(row[4])).decode(), bytes(row[5]).hex())
                for row in envelopes.values_list(*names)
            ),
        ),
        "entries.csv": packages.csv_bytes(
            packages.ENTRIES_HEAD,
            (_entry_line(one) for one in entries.select_related("batch").order_by("batch_id", "place")),
        ),
        "trackers.csv": packages.csv_bytes(packages.TRACKERS_HEAD, _trackers([session])),
    }
    return packages.package_bytes(manifest, parts)


def _entry_line(one: PaperEntry) -> Line:
    batch = one.batch
    return (
        batch.pk,
        batch.group_id,
        one.place,
        batch.n_returned,
        batch.code_salt,
        batch.code_hash,
        base64.b64encode(bytes(one.ciphertext)).decode(),
    )
