"""What the home page shows."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from apps.accounts.models import User
from apps.common.kit import navigation
from apps.cycles.domain.stages import Stage
from apps.cycles.models import ReviewCycle
from apps.cycles.policies import can_list_cycles, can_manage_cycle
from apps.cycles.selectors import current_cycle_for, stage_bar
from apps.documents.domain.jobs import ALIVE
from apps.documents.models import Job
from apps.notifications.kit.todos import Todo, todos_for
from apps.notifications.models import Notification
from apps.notifications.selectors import notifications_visible_to

SOON_DAYS = 3
N_RECENT = 5


@dataclass(frozen=True, slots=True)
class TodoLine:
    """A to-do with how near its day is: ``tag`` is the class of its badge, empty without a date."""

    todo: Todo
    tag: str
    when: str


def todo_lines(user: User, today: date) -> list[TodoLine]:
    """Return what waits for the account, most urgent first."""
    return [TodoLine(todo, *_urgency(todo.due_on, today)) for todo in todos_for(user, today)]


def _urgency(due_on: date | None, today: date) -> tuple[str, str]:
    if due_on is None:
        return "", ""
    days = (due_on - today).days
    if days < 0:
        return "tag-bad", f"已逾期 {-days} 天"
    if days <= SOON_DAYS:
        return "tag-warn", "今天到期" if days == 0 else f"还有 {days} 天"
    return "tag-info", f"{due_on.month}月{due_on.day}日前"


@dataclass(frozen=True, slots=True)
class YearNow:
    """The cycle the account works in, and how far it has come."""

    cycle: ReviewCycle
    stages: list[tuple[Stage, str]]
    may_manage: bool


def year_now(user: User) -> YearNow | None:
    """Return where the year stands, for everyone who has the page of cycles."""
    cycle = current_cycle_for(user) if can_list_cycles(user) else None
    return YearNow(cycle, stage_bar(cycle), can_manage_cycle(user, cycle)) if cycle else None


def recent_messages(user: User) -> QuerySet[Notification]:
    """Return the newest unread messages."""
    return notifications_visible_to(user).filter(read_at=None)[:N_RECENT]


def running_jobs(user: User) -> QuerySet[Job]:
    """Return the long work the account asked for that is not finished."""
    return Job.objects.filter(requested_by=user, state__in=ALIVE)[:N_RECENT]


def quick_links(user: User) -> list[navigation.NavItem]:
    """Return the pages the account has, without the home page."""
    return [item for item in navigation.items_for(user) if item.url_name != "portal:home"]
