from django.apps import AppConfig

from apps.accounts.domain.roles import DEPARTMENT_ROLES, Role
from apps.audit.kit import labels
from apps.common.kit import navigation


class MeetingsConfig(AppConfig):
    name = "apps.meetings"
    verbose_name = "会议"

    def ready(self) -> None:
        """Offer the list to staff and leaders."""
        viewers = (*DEPARTMENT_ROLES, Role.LEADER.value)
        navigation.register(
            navigation.NavItem(
                "会议", "meetings:meeting_list", 40, lambda actor: actor.holds(*viewers), "述职评议"
            )
        )
        labels.register(
            {
                "meetings.created": "新增会议",
                "meetings.updated": "修改会议安排",
                "meetings.agenda_set": "排定议程",
                "meetings.lots_drawn": "抽签",
                "meetings.lots_redrawn": "重新抽签",
                "meetings.speaker_called": "请上述职人",
                "meetings.clock_started": "开始计时",
                "meetings.clock_paused": "暂停计时",
                "meetings.clock_reset": "重新计时",
                "meetings.attendance_recorded": "登记到会人数",
                "meetings.commentary_recorded": "记录点评",
                "meetings.commentary_removed": "删除点评",
            }
        )
