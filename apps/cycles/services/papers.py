"""The evaluation forms of a draft's scheme.

A form is changed in place, so that the parts of the total keep pointing at it; what it looked like before stays as a revision.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from apps.accounts.models import User
from apps.audit.services import record_action
from apps.common.errors import StaleVersion
from apps.common.services import touch_version
from apps.cycles.domain.papers.templates import PaperTemplate, describe_template
from apps.cycles.domain.plans import PaperPlan
from apps.cycles.domain.schemes import ComponentKind
from apps.cycles.errors import BadSchemePart
from apps.cycles.models import PaperRevision, ReviewCycle, SchemePaper
from apps.cycles.services.locking import lock_draft

MAX_PAPERS = 5
NOT_SAVED = "没有保存，原来的内容照旧。"


@transaction.atomic
def add_paper(
    cycle_id: int, *, paper: PaperPlan, version: int | None = None, actor: User, at: datetime
) -> SchemePaper:
    """Add an evaluation form behind the others of a draft. A name that is taken gets a number.

    :raises BadSchemePart: the scheme already has as many forms as one ballot should carry.
    """
    cycle = lock_draft(cycle_id, version)
    taken = set(cycle.scheme.papers.values_list("name", flat=True))
    if len(taken) >= MAX_PAPERS:
        raise BadSchemePart(f"一个方案最多{MAX_PAPERS}张测评表，没有新增。请先删去不用的表。")
    _pin_sources(cycle)
    added = SchemePaper.objects.create(
        scheme=cycle.scheme,
        order_no=(cycle.scheme.papers.aggregate(last=Max("order_no"))["last"] or 0) + 1,
        name=_free_name(paper.name.strip() or "测评表", taken),
        preset=paper.preset,
        definition=describe_template(paper.template),
    )
    _record("cycles.paper_added", cycle, added, actor, at)
    return added


def _pin_sources(cycle: ReviewCycle) -> None:
    """Write down which form the ballot scores came from while there was only one: the next could become the first."""
    only = list(cycle.scheme.papers.all()[:2])
    if len(only) == 1:
        ballots = cycle.scheme.components.filter(kind=ComponentKind.BALLOT.value, paper=None)
        ballots.update(paper=only[0])


def _free_name(name: str, taken: set[str]) -> str:
    """Return ``name``, or with the first number that makes it new."""
    name = name[:56]
    numbered = (f"{name}{n}" for n in range(2, MAX_PAPERS + 2))
    return next(one for one in (name, *numbered) if one not in taken)


@transaction.atomic
def set_paper(
    cycle_id: int,
    *,
    paper_id: int,
    name: str,
    template: PaperTemplate,
    version: int | None = None,
    actor: User,
    at: datetime,
) -> SchemePaper:
    """Change a form of a draft in place and keep the former content as a revision. The same content again changes nothing.

    ``version`` is the form's own: two people may work on two forms. A form may be saved with gaps; opening will not let them pass.

    :raises StaleVersion: somebody else saved this form since it was opened.
    """
    cycle = lock_draft(cycle_id, None)
    paper = _paper_of(cycle, paper_id)
    name, definition = name.strip(), describe_template(template)
    if paper.name == name and _meaning(paper.definition) == _meaning(definition):
        return paper
    _check_paper_version(paper, version)
    _refuse_bad_name(paper, name)
    _keep_revision(paper, actor, at)
    paper.name, paper.definition = name, definition
    paper.version += 1
    paper.save(update_fields=["name", "definition", "version"])
    _record("cycles.paper_changed", cycle, paper, actor, at, version=paper.version)
    return paper


@transaction.atomic
def restore_revision(
    cycle_id: int,
    *,
    paper_id: int,
    revision_version: int,
    version: int | None = None,
    actor: User,
    at: datetime,
) -> SchemePaper:
    """Give a form of a draft the content of one of its revisions; what it is now becomes a revision itself.

    The name stays as it is if another form has taken the old one meanwhile.
    """
    cycle = lock_draft(cycle_id, None)
    paper = _paper_of(cycle, paper_id)
    old = PaperRevision.objects.get(paper=paper, version=revision_version)
    if (paper.name, paper.definition) == (old.name, old.definition):
        return paper
    _check_paper_version(paper, version)
    _keep_revision(paper, actor, at)
    if not _is_name_taken(paper, old.name):
        paper.name = old.name
    paper.definition = old.definition
    paper.version += 1
    paper.save(update_fields=["name", "definition", "version"])
    _record("cycles.paper_restored", cycle, paper, actor, at, restored=revision_version)
    return paper


@transaction.atomic
def remove_paper(
    cycle_id: int, *, paper_id: int, version: int | None = None, actor: User, at: datetime
) -> ReviewCycle:
    """Take a form and its revisions out of a draft.

    :raises BadSchemePart: a part of the total is computed from it.
    """
    cycle = lock_draft(cycle_id, version)
    paper = _paper_of(cycle, paper_id)
    users = list(paper.components.values_list("name", flat=True))
    if users:
        raise BadSchemePart(
            f"得分构成里的“{'”“'.join(users)}”取自“{paper}”，没有删除。请先在得分构成里改选别的测评表。"
        )
    _record("cycles.paper_removed", cycle, paper, actor, at)
    paper.delete()
    _number(list(cycle.scheme.papers.all()))
    return cycle


@transaction.atomic
def order_papers(
    cycle_id: int, *, paper_ids: Sequence[int], version: int | None = None, actor: User, at: datetime
) -> ReviewCycle:
    """Put the forms of a draft in this order; those not named follow as they were.

    :raises BadSchemePart: a form is named that is not of this scheme.
    """
    cycle = lock_draft(cycle_id, version)
    papers = {paper.pk: paper for paper in cycle.scheme.papers.all()}
    if set(paper_ids) - set(papers):
        raise BadSchemePart(f"有的测评表已不在这个方案里，{NOT_SAVED}请刷新页面。")
    wanted = list(dict.fromkeys([*paper_ids, *papers]))
    if wanted == list(papers):
        return cycle
    _number([papers[pk] for pk in wanted])
    touch_version(cycle)
    cycle.save(update_fields=["version"])
    record_action("cycles.papers_ordered", cycle, actor=actor, at=at, details={"paper_ids": wanted})
    return cycle


def _paper_of(cycle: ReviewCycle, paper_id: int) -> SchemePaper:
    return SchemePaper.objects.select_for_update().get(pk=paper_id, scheme=cycle.scheme)


def _check_paper_version(paper: SchemePaper, version: int | None) -> None:
    if version is not None and paper.version != version:
        raise StaleVersion(f"您打开页面之后，别人已经保存过“{paper}”，所以这次没有保存。")


def _meaning(definition: dict[str, Any]) -> dict[str, Any]:
    """Return a form without the settings its rules leave open: not named or empty is the same."""
    rules = [
        rule
        | {"params": {name: value for name, value in rule["params"].items() if value not in ([], "", None)}}
        for rule in definition["rules"]
    ]
    return definition | {"rules": rules}


def _is_name_taken(paper: SchemePaper, name: str) -> bool:
    return SchemePaper.objects.filter(scheme=paper.scheme_id, name=name).exclude(pk=paper.pk).exists()


def _refuse_bad_name(paper: SchemePaper, name: str) -> None:
    if not name:
        raise BadSchemePart(f"测评表没有名称，{NOT_SAVED}")
    if _is_name_taken(paper, name):
        raise BadSchemePart(f"已经有一张测评表叫“{name}”，{NOT_SAVED}请换一个名称。")


def _keep_revision(paper: SchemePaper, actor: User, at: datetime) -> None:
    PaperRevision.objects.create(
        paper=paper,
        version=paper.version,
        name=paper.name,
        definition=paper.definition,
        saved_by=actor,
        saved_at=at,
    )


def _number(papers: Sequence[SchemePaper]) -> None:
    """Number the forms from 1 in the order given; the database compares at the end of the transaction."""
    for n, paper in enumerate(papers, start=1):
        if paper.order_no != n:
            paper.order_no = n
            paper.save(update_fields=["order_no"])


def _record(
    action: str, cycle: ReviewCycle, paper: SchemePaper, actor: User, at: datetime, **details: Any
) -> None:
    """Note the act and raise the version of the cycle: its scheme has changed."""
    touch_version(cycle)
    cycle.save(update_fields=["version"])
    named = {"paper_id": paper.pk, "name": paper.name, **details}
    record_action(action, cycle, actor=actor, at=at, details=named)
