"""The job that makes documents."""

import time
from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from apps.cycles.models import ReviewCycle
from apps.documents.kit.jobs import JobContext
from apps.evaluations.domain.states import SessionState
from apps.evaluations.models import EvaluationSession
from apps.official_documents.domain.orders import Item, item_from
from apps.official_documents.domain.scopes import Format
from apps.official_documents.domain.states import Delivery
from apps.official_documents.errors import NotReadyToIssue
from apps.official_documents.kit.kinds import kind_for
from apps.official_documents.models import IssuedDocument, TemplateVersion
from apps.official_documents.services import Press, bundle_documents, issue_document

LOOK_EVERY = 20  # documents
REST = 1.0  # times as long as the last document took, while a hall is voting


def make_documents(context: JobContext) -> None:
    """Make what the job names; what exists from an interrupted run is kept as it is."""
    arguments = context.arguments
    cycle = ReviewCycle.objects.select_related("host").get(pk=arguments["cycle_id"])
    items = [item_from(one, cycle.pk) for one in arguments["items"]]
    formats = [Format(one) for one in arguments["formats"]]
    presses = {kind: _press(kind, cycle, arguments) for kind in {item.kind for item in items}}
    _make_all(context, items, formats, presses)
    documents = _documents_of(cycle, items)
    delivery = Delivery(arguments["delivery"])
    file = bundle_documents(
        documents, formats, delivery, cycle=cycle, actor=context.requested_by, at=context.at
    )
    if file is not None:
        context.attach(file)
    context.link(f"{reverse('official_documents:document_list')}?cycle={cycle.pk}")


def _press(key: str, cycle: ReviewCycle, arguments: Any) -> Press:
    kind = kind_for(key)
    if kind is None:
        raise NotReadyToIssue(
            f"本系统没有安装“{key}”这一类文书，任务没有继续；已出具的保留。请联系系统管理员。"
        )
    version_id = arguments["versions"].get(key)
    version = TemplateVersion.objects.get(pk=version_id) if version_id else None
    return Press(kind, cycle, version, arguments["verify_url"])


def _make_all(
    context: JobContext, items: Sequence[Item], formats: Sequence[Format], presses: dict[str, Press]
) -> None:
    """Make one after the other, each in its own transaction; rest between them while somebody is voting."""
    context.progress(0, len(items))
    rest = 0.0
    for done, item in enumerate(items, start=1):
        if done % LOOK_EVERY == 1:
            rest = REST if is_a_hall_voting() else 0.0
        begun = time.perf_counter()
        issue_document(
            presses[item.kind],
            item.subject,
            item.issue_no,
            formats=formats,
            actor=context.requested_by,
            at=context.at,
        )
        context.progress(done, len(items))
        if rest:
            time.sleep(rest * (time.perf_counter() - begun))


def is_a_hall_voting() -> bool:
    """Tell whether evaluators may cast right now: then nobody waits for papers, and the processor is theirs."""
    return EvaluationSession.objects.filter(state=SessionState.OPEN.value).exists()


def _documents_of(cycle: ReviewCycle, items: Sequence[Item]) -> list[IssuedDocument]:
    """Return the documents of the job in its order."""
    places = {(item.kind, item.subject, item.issue_no): place for place, item in enumerate(items)}
    rows = IssuedDocument.objects.filter(cycle=cycle, kind__in={item.kind for item in items})
    found = rows.select_related("reviewee", "pdf", "xlsx", "docx", "cycle")
    wanted = [one for one in found if (one.kind, one.subject, one.issue_no) in places]
    return sorted(wanted, key=lambda one: places[one.kind, one.subject, one.issue_no])
