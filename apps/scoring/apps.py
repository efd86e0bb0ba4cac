from django.apps import AppConfig


class ScoringConfig(AppConfig):
    name = "apps.scoring"
    verbose_name = "得分"

    def ready(self) -> None:
        from apps.audit.kit import labels
        from apps.common.kit import navigation
        from apps.cycles.kit.worked_example import register_computing
        from apps.documents.kit import jobs
        from apps.notifications.kit import todos
        from apps.scoring import (
            receivers,  # noqa: F401 -- imported to be connected
            tasks,
        )
        from apps.scoring.kit.worked_example import worked_example
        from apps.scoring.selectors.todos import scoring_todos
        from apps.scoring.services import JOB_KIND, VERIFY_KIND

        register_computing(worked_example)
        jobs.register(JOB_KIND, tasks.compute_scores)
        jobs.register(VERIFY_KIND, tasks.verify_results)
        todos.register(scoring_todos)
        navigation.register(
            navigation.NavItem(
                "得分", "scoring:summary_list", 60, lambda user: bool(user.department_paths()), "得分与等次"
            )
        )
        labels.register(
            {
                "scoring.run_requested": "发起计分",
                "scoring.computed": "完成计分",
                "scoring.package_exported": "导出结果包",
                "scoring.sealed_exported": "导出密封选票",
            }
        )
        labels.register_details(
            {
                "input_hash": "输入摘要",
                "n_missing": "缺少数据（项）",
                "run_id": "计分编号",
                "n_differences": "复核不一致（处）",
                "package_sha256": "结果包 SHA-256",
            }
        )
