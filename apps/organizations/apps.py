from django.apps import AppConfig

from apps.audit.kit import labels
from apps.common.kit import navigation

ACTIONS = {
    "organizations.created": "新增党组织",
    "organizations.edited": "修改党组织",
    "organizations.renamed": "党组织更名",
    "organizations.moved": "调整隶属关系",
    "organizations.merged": "合并党组织",
    "organizations.split": "分设党组织",
    "organizations.abolished": "撤销党组织",
    "organizations.reinstated": "恢复党组织",
    "organizations.taken_back": "撤回合并、分设或撤销",
    "organizations.field_added": "新增领域",
    "organizations.field_renamed": "领域改名",
    "organizations.field_moved": "调整领域顺序",
    "organizations.field_retired": "停用领域",
    "organizations.field_reinstated": "恢复领域",
}
DETAILS = {
    "code": "编码", "superior": "上级", "from": "原上级", "to": "新上级", "name": "名称", "kind": "类型", "field": "领域",
    "key": "代码", "order_no": "顺序", "founded_on": "成立日期", "abolished_on": "撤销日期", "on": "日期", "note": "备注",
    "reason": "依据和理由", "absorbed": "被合并的组织", "into": "并入", "parts": "新设组织", "is_closed": "分设后撤销", "n_moved": "随之调整的下级",
    "end_appointments": "同时免去在任书记", "act": "事项",
    "organizations": "涉及的组织",
}  # fmt: skip


class OrganizationsConfig(AppConfig):
    name = "apps.organizations"
    verbose_name = "党组织"

    def ready(self) -> None:
        """Offer the list to everybody who has a part of the tree."""
        navigation.register(
            navigation.NavItem(
                "党组织",
                "organizations:organization_list",
                10,
                lambda actor: bool(actor.scope_paths()),
                "花名册",
            )
        )
        labels.register(ACTIONS)
        labels.register_details(DETAILS)
