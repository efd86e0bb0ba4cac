"""Batches: what is to be made is decided once, when it is ordered, and stands in the arguments of the job."""

import hashlib
import json
from datetime import datetime

from django.db import transaction

from apps.accounts.models import User
from apps.cycles.models import ReviewCycle
from apps.documents.models import Job
from apps.documents.services import enqueue_job
from apps.official_documents.domain.orders import Item, Order, Which, describe_item, is_about, issue_of
from apps.official_documents.errors import NothingToIssue, NotReadyToIssue
from apps.official_documents.kit.kinds import Kind, kind_for
from apps.official_documents.selectors import in_force, last_issues
from apps.official_documents.selectors.templates import version_in_use

DOCUMENTS_JOB = "official_documents.make"
NOTHING_LEFT = "所选的文书都已出具，而且仍然有效。需要更换时，请选择“全部重新出具”。"
NOTHING_STANDS = "所选范围里还没有有效的文书，没有可以打包的。请先出具。"


@transaction.atomic
def order_documents(order: Order, *, actor: User, at: datetime) -> Job:
    """Order documents and return the job. The same order is not queued twice.

    :raises NotReadyToIssue: what a kind tells of is not decided yet.
    :raises NothingToIssue: nothing is left to be made, or nothing to be bundled.
    """
    rows = ReviewCycle.objects.select_for_update(of=("self",)).select_related("host")
    cycle = rows.get(pk=order.cycle_id)
    kinds = [kind for key in dict.fromkeys(order.kinds) if (kind := kind_for(key)) is not None]
    for kind in kinds:
        if order.which is not Which.STANDING and (reason := kind.why_not(cycle)):
            raise NotReadyToIssue(reason)
    items = _items(order, cycle, kinds)
    if not items:
        raise NothingToIssue(NOTHING_STANDS if order.which is Which.STANDING else NOTHING_LEFT)
    versions = {kind.key: version_in_use(kind, cycle) for kind in kinds}
    arguments = {
        "cycle_id": cycle.pk,
        "items": [describe_item(item) for item in items],
        "formats": [one.value for one in order.formats],
        "delivery": order.delivery.value,
        "versions": {key: version.pk for key, version in versions.items() if version is not None},
        "verify_url": order.verify_url,
    }
    key = hashlib.sha256(json.dumps(arguments).encode()).hexdigest()[:32]
    labels = "、".join(kind.label for kind in kinds)
    title = f"{cycle} {labels}（{len(items)} 份）"
    return enqueue_job(
        DOCUMENTS_JOB,
        title=title,
        arguments=arguments,
        actor=actor,
        at=at,
        dedupe_key=f"cycle-{cycle.pk}-{key}",
    )


def _items(order: Order, cycle: ReviewCycle, kinds: list[Kind]) -> list[Item]:
    keys = [kind.key for kind in kinds]
    standing, last = in_force(cycle, keys), last_issues(cycle, keys)
    fields_of = dict(cycle.reviewees.values_list("pk", "field"))
    items = []
    for kind in kinds:
        for subject in kind.subjects(cycle):
            if not is_about(subject, order, fields_of):
                continue
            one = standing.get((kind.key, subject))
            issue_no = issue_of(
                order.which,
                one.issue_no if one else None,
                last.get((kind.key, subject)),
                is_outdated=one is not None and one.outdated_at is not None,
            )
            if issue_no is not None:
                items.append(Item(kind.key, subject, issue_no))
    return items
