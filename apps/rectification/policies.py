"""Who may do what with the ledger. When is the services' business."""

from apps.accounts.domain.roles import SCOPED_ROLES
from apps.accounts.models import User
from apps.cycles.policies import can_manage_cycle
from apps.documents.kit.readers import ReadableFile
from apps.rectification.models import RectificationItem
from apps.rectification.selectors import items_visible_to, own_organization_ids


def can_open_ledger(user: User) -> bool:
    """Tell whether the account sees a ledger of several organizations: staff, leaders, discipline."""
    return user.holds(*SCOPED_ROLES)


def can_work_on(user: User, item: RectificationItem) -> bool:
    """Tell whether the account may plan, report and apply: the organization's secretary, or staff above it."""
    if any(item.organization.path.startswith(path) for path in user.department_paths()):
        return True
    return item.organization_id in own_organization_ids(user)


def can_supervise(user: User, item: RectificationItem) -> bool:
    """Tell whether the account may extend deadlines and add problems: department staff of the cycle's host."""
    return can_manage_cycle(user, item.cycle)


def can_verify(user: User, item: RectificationItem) -> bool:
    """Tell whether the account may decide on an application: staff of the host, never the one who applied."""
    return can_supervise(user, item) and item.applied_by_id != user.pk


def may_read_evidence(user: User, file: ReadableFile) -> bool:
    """Tell whether the account may read a file of an item: whoever sees the item."""
    return file.subject_id is not None and items_visible_to(user).filter(pk=file.subject_id).exists()
