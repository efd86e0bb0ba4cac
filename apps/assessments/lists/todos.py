"""What waits for department staff: people without figures."""

from collections.abc import Iterable
from datetime import date

from django.urls import reverse

from apps.accounts.models import User
from apps.assessments.selectors.cycles import missing_by_cycle
from apps.notifications.kit.todos import Todo

ORDER = 45


def missing_todos(user: User, today: date) -> Iterable[Todo]:  # noqa: ARG001 -- the registry's signature
    """Tell for each cycle how many people still lack a figure."""
    if not user.department_paths():
        return
    for cycle_id, title, meeting_on, n_people in missing_by_cycle(user):
        url = f"{reverse('assessments:missing_list')}?cycle={cycle_id}"
        yield Todo(f"{title}还缺考核得分", url, count=n_people, due_on=meeting_on, order=ORDER)
