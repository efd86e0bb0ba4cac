from django.apps import AppConfig

from apps.common.kit import navigation

LABELS = {
    "cycles.created": "新增年度周期",
    "cycles.copied": "沿用上年方案新增周期",
    "cycles.updated": "修改周期名称和日程",
    "cycles.deleted": "删除筹备中的周期",
    "cycles.scheme_changed": "修改述职评议方案",
    "cycles.preset_applied": "套用方案样式",
    "cycles.paper_added": "新增测评表",
    "cycles.paper_changed": "修改测评表",
    "cycles.paper_restored": "恢复测评表的旧版本",
    "cycles.paper_removed": "删除测评表",
    "cycles.papers_ordered": "调整测评表顺序",
    "cycles.reviewees_chosen": "选定述职对象",
    "cycles.reviewees_removed": "移出述职对象",
    "cycles.report_mode_set": "设定述职方式",
    "cycles.reviewees_ordered": "调整述职对象顺序",
    "cycles.opened": "启动年度周期",
    "cycles.stage_entered": "周期进入下一阶段",
}


class CyclesConfig(AppConfig):
    name = "apps.cycles"
    verbose_name = "年度周期"

    def ready(self) -> None:
        from apps.audit.kit import labels
        from apps.cycles import receivers  # noqa: F401 -- connects its receivers
        from apps.cycles.policies import VIEWERS
        from apps.cycles.selectors import opened_cycles_by_field, todos_of
        from apps.notifications.kit import todos
        from apps.organizations.kit import field_uses

        labels.register(LABELS)
        todos.register(todos_of)
        field_uses.register("已启动的周期", opened_cycles_by_field)
        navigation.register(
            navigation.NavItem(
                "年度周期", "cycles:cycle_list", 20, lambda actor: actor.holds(*VIEWERS), "述职评议"
            )
        )
