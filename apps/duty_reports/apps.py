from django.apps import AppConfig

from apps.common.kit import navigation

LABELS = {
    "duty_reports.created": "生成述职报告",
    "duty_reports.saved": "填写述职报告",
    "duty_reports.submitted": "提交述职报告",
    "duty_reports.returned": "退回述职报告",
    "duty_reports.approved": "审核通过述职报告",
    "duty_reports.reminded": "催办述职报告",
    "duty_reports.follow_up_added": "下达上年度整改事项",
    "duty_reports.problem_added": "登记问题",
    "duty_reports.problem_updated": "修改问题",
    "duty_reports.problem_removed": "删除问题",
}


class DutyReportsConfig(AppConfig):
    name = "apps.duty_reports"
    verbose_name = "述职报告"

    def ready(self) -> None:
        from apps.audit.kit import labels
        from apps.duty_reports import receivers  # noqa: F401 -- connects the receivers
        from apps.duty_reports.selectors import READERS, todos_of
        from apps.notifications.kit import todos

        labels.register(LABELS)
        todos.register(todos_of)
        navigation.register(
            navigation.NavItem(
                "述职报告", "duty_reports:report_list", 30, lambda actor: actor.holds(*READERS), "述职评议"
            )
        )
        navigation.register(
            navigation.NavItem(
                "我的述职",
                "duty_reports:my_report",
                2,
                lambda actor: actor.secretary_id is not None,
                "本人",
            )
        )
