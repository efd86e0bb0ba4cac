"""Which template a document is made by."""

from django.db.models import QuerySet

from apps.common.domain.actors import Actor
from apps.cycles.models import ReviewCycle
from apps.official_documents.domain.templates import Template, template_from
from apps.official_documents.kit.kinds import Kind
from apps.official_documents.models import DocumentTemplate, TemplateVersion
from apps.organizations.selectors import within


def templates_visible_to(user: Actor) -> QuerySet[DocumentTemplate]:
    """Return the edited templates of managed organizations."""
    return DocumentTemplate.objects.filter(within(user.department_paths(), "host__"))


def version_in_use(kind: Kind, cycle: ReviewCycle) -> TemplateVersion | None:
    """Return the newest version for the cycle, else for its host; ``None``: the kind's own template holds."""
    rows = TemplateVersion.objects.filter(template__kind=kind.key, template__host_id=cycle.host_id)
    newest = rows.order_by("-version_no")
    return newest.filter(template__cycle=cycle).first() or newest.filter(template__cycle__isnull=True).first()


def template_of(kind: Kind, version: TemplateVersion | None) -> Template:
    """Return what a version says."""
    return template_from(version.content, kind.template) if version else kind.template


def switches_in_use(kind: Kind, cycle: ReviewCycle) -> dict[str, bool]:
    """Return what documents of a kind tell in this cycle: other pages keep to it."""
    template = template_of(kind, version_in_use(kind, cycle))
    return {one.key: template.switches.get(one.key, one.is_on) for one in kind.switches}
