from django.apps import AppConfig

from apps.accounts.domain.roles import DEPARTMENT_ROLES
from apps.audit.kit import labels, unlogged
from apps.common.kit import navigation
from apps.notifications.kit import todos

LABELS = {
    "evaluations.session_created": "新增测评场次",
    "evaluations.session_updated": "修改测评场次",
    "evaluations.session_deleted": "删除测评场次",
    "evaluations.screens_switched": "切换会场大屏",
    "evaluations.key_made": "生成测评密钥",
    "evaluations.key_tested": "试开钥匙卡",
    "evaluations.slips_issued": "打印测评票",
    "evaluations.slips_reprinted": "作废并重打测评票",
    "evaluations.slip_voided": "作废一张测评票",
    "evaluations.slip_spoiled": "收回一张污损测评票",
    "evaluations.slip_exchanged": "一张测评票换领纸质表",
    "evaluations.voting_opened": "开始投票",
    "evaluations.voting_closed": "截止投票",
    "evaluations.rehearsal_started": "开始彩排",
    "evaluations.rehearsal_finished": "完成彩排并清除数据",
    "evaluations.rehearsal_discarded": "放弃彩排并清除数据",
    "evaluations.paper_batch_opened": "建立纸质测评表批次",
    "evaluations.paper_cover_renewed": "重新打印纸质批次封面",
    "evaluations.paper_heads_set": "登记纸质测评表张数",
    "evaluations.paper_totals_entered": "录入纸质统计",
    "evaluations.purged": "销毁密封选票",
    "evaluations.urn_opened": "开箱",
    "evaluations.verified": "记录复核结果",
    "evaluations.results_released": "发布测评结果",
}

BALLOT = "测评无记名：谁投过票、从哪里投、何时投，都不留痕迹"
UNLOGGED = {
    "evaluations:cast": BALLOT,
    "evaluations:cast_submit": BALLOT,
    "evaluations:cast_status": BALLOT,
    "evaluations:hall": "会场大屏没有账号",
    "evaluations:hall_part": "会场大屏没有账号",
    "evaluations:hall_turnout": "会场大屏没有账号",
}


class EvaluationsConfig(AppConfig):
    name = "apps.evaluations"
    verbose_name = "测评"

    def ready(self) -> None:
        """Offer the list to department staff, name the acts, tell what waits."""
        from apps.evaluations.selectors import session_todos

        navigation.register(
            navigation.NavItem(
                "测评",
                "evaluations:session_list",
                45,
                lambda actor: actor.holds(*DEPARTMENT_ROLES),
                "述职评议",
            )
        )
        labels.register(LABELS)
        unlogged.leave_unlogged(UNLOGGED)
        todos.register(session_todos)
