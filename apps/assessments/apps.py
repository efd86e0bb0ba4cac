from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "apps.assessments"
    verbose_name = "考核"

    def ready(self) -> None:
        from apps.audit.kit import labels
        from apps.common.kit import navigation

        navigation.register(
            navigation.NavItem(
                "考核得分",
                "assessments:component_list",
                50,
                lambda user: bool(user.department_paths()),
                "得分与等次",
            )
        )
        labels.register(
            {
                "assessments.scores_recorded": "录入考核得分",
                "assessments.evidence_attached": "更换考核得分的佐证材料",
                "assessments.import_checked": "预检考核得分表",
                "assessments.import_outdated": "预检结果已过时（考核得分表）",
                "assessments.import_confirmed": "导入考核得分",
                "assessments.import_discarded": "放弃考核得分导入",
                "assessments.adjustments_recorded": "录入加分扣分",
                "assessments.adjustment_withdrawn": "撤回加分扣分",
                "assessments.findings_recorded": "认定评定条件",
                "assessments.veto_recorded": "记录一票否决",
                "assessments.veto_withdrawn": "撤回一票否决",
            }
        )
        labels.register_details({"scores": "得分", "caps_at": "最高等次", "reviewee": "述职对象"})
