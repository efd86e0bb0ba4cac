from django.apps import AppConfig

ACTIONS = {
    "grading.deliberation_started": "提出建议等次",
    "grading.proposals_refreshed": "更新建议等次",
    "grading.grade_decided": "审定等次",
    "grading.decided_as_proposed": "按建议审定其余人员",
    "grading.deliberation_recorded": "记录研究审定会议",
    "grading.reviewed": "审核等次",
    "grading.sent_back": "退回修改等次",
    "grading.signed_off": "签发等次",
    "grading.reconsideration_requested": "登记复核申请",
    "grading.reconsideration_heard": "记录复核听取意见",
    "grading.reconsidered": "复核决定",
    "grading.reconsideration_withdrawn": "撤回复核申请",
    "grading.letter_issued": "出具反馈意见书",  # acts of earlier years: documents are issued elsewhere now
    "grading.letter_read": "本人查收反馈意见书",
}
DETAILS = {
    "proposed": "建议等次",
    "decided": "审定等次",
    "departs": "与建议不同",
    "held_on": "会议日期",
    "members": "会议人员",
    "requested_by": "申请人",
    "before": "复核前等次",
    "after": "复核后等次",
    "warnings": "提醒",
    "issue_no": "第几次出具",
    "number": "文号",
    "n_changed": "建议变化（人）",
}


class GradingConfig(AppConfig):
    name = "apps.grading"
    verbose_name = "等次"

    def ready(self) -> None:
        from apps.audit.kit import labels
        from apps.common.kit import navigation
        from apps.cycles.kit.worked_example import register_grading
        from apps.grading import receivers  # noqa: F401 -- imported to be connected
        from apps.grading.kit.worked_example import graded_example
        from apps.grading.selectors.todos import grading_todos
        from apps.notifications.kit import todos

        register_grading(graded_example)
        todos.register(grading_todos)
        for item in (
            navigation.NavItem(
                "等次",
                "grading:deliberation_list",
                62,
                lambda user: bool(user.department_paths()),
                "得分与等次",
            ),
            navigation.NavItem(
                "复核",
                "grading:reconsideration_list",
                63,
                lambda user: bool(user.department_paths()),
                "得分与等次",
            ),
        ):
            navigation.register(item)
        labels.register(ACTIONS)
        labels.register_details(DETAILS)
