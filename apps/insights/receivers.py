"""What lower apps' pages show of the years, and what staff are told to prepare."""

from datetime import date
from typing import TYPE_CHECKING, cast

from django.urls import reverse

from apps.common.domain.actors import Actor
from apps.cycles.models import Reviewee
from apps.duty_reports.domain.states import ReportState
from apps.insights.lists import grade_label, shown_total
from apps.insights.selectors import years_on_card
from apps.insights.selectors.card_years import card_years
from apps.insights.selectors.grade_steps import grade_step
from apps.notifications.kit.todos import Todo
from apps.scoring.kit import explanation_parts
from apps.secretaries.domain.terms import DueState
from apps.secretaries.kit.cards import Part, YearColumn
from apps.secretaries.selectors import loose_ends, near_elections
from apps.secretaries.selectors.loose_ends import LONG_VACANT_DAYS

if TYPE_CHECKING:
    from apps.accounts.models import User

SHOWN_YEARS = 6


def years_part(secretary_id: int, actor: Actor) -> Part | None:
    """Return the latest years of a person for the card; nothing for accounts that may not see them."""
    rows = years_on_card(secretary_id, cast("User", actor))[:SHOWN_YEARS]
    years = [(row, grade_label(row), shown_total(row)) for row in rows]
    return Part("历年述职评议", "insights/_years_part.html", {"years": years}, order=20) if years else None


def grade_part(summary_id: int, actor: Actor) -> explanation_parts.Part | None:
    """Return the last step of an explanation: the proposed grade, made above scoring. Others than staff see it once signed off."""
    step = grade_step(summary_id)
    if not actor.department_paths() and not (step and step.is_signed):
        return None
    return explanation_parts.Part("建议等次", "insights/_grade_part.html", {"step": step})


def card_columns(secretary_id: int, actor: Actor) -> tuple[list[YearColumn], list[str]]:
    """Return the reviews on a person's printed card: only what was signed off, and said to be hidden where it must be."""
    rows = list(card_years(secretary_id, cast("User", actor)))
    columns = [YearColumn(row.cycle.year, row.organization_name, _card_cells(row)) for row in rows]
    hidden = any(getattr(row, "is_score_hidden", None) for row in rows)
    notes = [
        "得分和等次在审定签发后列出，签发前为“未审定”。问题按该次述职评议提出的统计；“退回”指验收时退回过。"
    ]
    notes += ["“不公布”：有效票数不足规定的最低数，得分不公布。"] if hidden else []
    return columns, notes if rows else []


def _card_cells(row: Reviewee) -> dict[str, str]:
    total, numbers = shown_total(row), vars(row)
    is_hidden, state = numbers["is_score_hidden"], numbers["report_state"]
    return {
        "述职方式": row.get_mode_display(),
        "述职报告": ReportState(state).label if state else "未写",
        "得分": "不公布" if is_hidden else f"{total}" if total is not None else "未审定",
        "等次": grade_label(row),
        "问题（条）": str(numbers["n_problems"]),
        "未销号": str(numbers["n_problems"] - numbers["n_closed"]),
        "已销号": str(numbers["n_closed"]),
        "退回": str(numbers["n_returned"]),
    }


def roster_todos(user: "User", today: date) -> list[Todo]:
    """Return what department staff have to prepare in the roster: elections that are due. Two queries."""
    if not user.department_paths():
        return []
    found = near_elections(user, today)
    url = reverse("secretaries:election_list")
    told = []
    if found.n_overdue:
        told.append(
            Todo(
                "已到期未换届的党组织",
                f"{url}?state={DueState.OVERDUE.value}",
                found.n_overdue,
                found.first_due_on,
                70,
            )
        )
    if found.n_near:
        told.append(
            Todo(
                "三个月内应换届的党组织",
                f"{url}?state={DueState.WITHIN_3.value}",
                found.n_near,
                found.next_due_on,
                71,
            )
        )
    return told


def loose_end_todos(user: "User", today: date) -> list[Todo]:
    """Return what department staff have to clear up in the roster. Two queries."""
    if not user.department_paths():
        return []
    found = loose_ends(user, today)
    told = []
    if found.n_left_open:
        url = f"{reverse('secretaries:secretary_list')}?state=left_open"
        told.append(Todo("在已撤销组织里还没有免职的书记", url, found.n_left_open, found.left_since, 72))
    if found.n_long_vacant:
        url = f"{reverse('secretaries:vacancy_list')}?days={LONG_VACANT_DAYS}"
        told.append(Todo("书记空缺三个月以上的党组织", url, found.n_long_vacant, order=73))
    return told
