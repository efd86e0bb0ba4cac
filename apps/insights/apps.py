from django.apps import AppConfig

from apps.accounts.domain.roles import DEPARTMENT_ROLES, Role
from apps.common.kit import navigation
from apps.notifications.kit import todos
from apps.scoring.kit import explanation_parts
from apps.secretaries.kit import cards


class InsightsConfig(AppConfig):
    name = "apps.insights"
    verbose_name = "总览"

    def ready(self) -> None:
        """Offer the overviews and the what-if, the years on a secretary's card, and the grade on the explanation of a score."""
        from apps.audit.kit import labels
        from apps.insights.receivers import (
            card_columns,
            grade_part,
            loose_end_todos,
            roster_todos,
            years_part,
        )

        viewers = (*DEPARTMENT_ROLES, Role.LEADER.value)
        navigation.register(
            navigation.NavItem(
                "总览", "insights:overview", 80, lambda actor: actor.holds(*viewers), "整改与总览"
            )
        )
        navigation.register(
            navigation.NavItem(
                "历年", "insights:own_years", 5, lambda actor: actor.holds(Role.SECRETARY.value), "本人"
            )
        )
        navigation.register(
            navigation.NavItem(
                "得分分布", "insights:scores", 61, lambda actor: bool(actor.department_paths()), "得分与等次"
            )
        )
        navigation.register(
            navigation.NavItem(
                "试算", "insights:what_if", 63, lambda actor: bool(actor.department_paths()), "得分与等次"
            )
        )
        labels.register({"insights.scheme_tried": "试算方案"})
        labels.register_details({"changes": "改动"})
        explanation_parts.register(grade_part, name="insights.grade")
        cards.register(years_part, name="insights.years")
        cards.register_years(card_columns, name="insights.years")
        cards.register_download("下载 PDF", "insights:secretary_card_pdf")
        todos.register(roster_todos)
        todos.register(loose_end_todos)
