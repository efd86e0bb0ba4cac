"""What this app adds to pages of lower apps."""

from apps.common.domain.actors import Actor
from apps.organizations.kit.parts import Part
from apps.organizations.selectors import organizations_edited_by
from apps.secretaries.selectors import appointments_of_organization

SHOWN = 50


def heads_of_organization(organization_id: int, actor: Actor) -> Part:
    """Return the present and former secretaries of an organization."""
    context = {
        "organization_id": organization_id,
        "appointments": list(appointments_of_organization(organization_id)[:SHOWN]),
        "may_edit": bool(actor.department_paths())
        and organizations_edited_by(actor).filter(pk=organization_id, abolished_on__isnull=True).exists(),
    }
    return Part("历任书记", "secretaries/_heads.html", context, order=10)
