"""What a session still needs, step by step. The page shows it; the services enforce it."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.evaluations.domain.states import ORDER, SessionState


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a session. ``groups_without_slips`` are the names of planned groups for which none was printed."""

    state: SessionState
    is_rehearsal: bool = False
    has_key: bool = False
    is_key_tested: bool = False
    has_running_rehearsal: bool = False
    groups_without_slips: Sequence[str] = ()
    is_meeting_stage: bool = True
    is_verified: bool = False
    is_objection_over: bool = False

    def reached(self, state: SessionState) -> bool:
        """Tell whether the session is at ``state`` or beyond."""
        return ORDER.index(self.state) >= ORDER.index(state)


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the checklist. ``key`` names it for the page, ``missing`` says what is lacking or what it is for."""

    key: str
    label: str
    is_done: bool
    missing: str = ""
    is_now: bool = False


def checklist(facts: Facts) -> list[Step]:
    """Return the steps in order; the first one that is not done is the one to do now, unless it must wait for its day."""
    steps = _rehearsal_steps(facts) if facts.is_rehearsal else _steps(facts)
    now = next((step.key for step in steps if not step.is_done), "")
    if now == "purge" and not facts.is_objection_over:
        now = ""
    return [Step(s.key, s.label, s.is_done, s.missing, s.key == now) for s in steps]


def _steps(facts: Facts) -> list[Step]:
    rehearsal = "彩排正在进行，请做完或放弃" if facts.has_running_rehearsal else "用一次性钥匙从头走一遍"
    return [
        *_keys(facts),
        Step("rehearsal", "彩排", facts.reached(SessionState.REHEARSED), rehearsal),
        *_voting(facts),
        Step("verify", "复核", facts.is_verified, "用结果包独立重算，相符才能发布"),
        Step("release", "发布", facts.reached(SessionState.RELEASED), "发布后作为评定等次的依据"),
        Step("purge", "销毁", facts.reached(SessionState.PURGED), "异议期满后销毁选票与钥匙"),
    ]


def _rehearsal_steps(facts: Facts) -> list[Step]:
    done = Step("finish", "完成彩排", is_done=False, missing="核对计数，清除全部彩排数据")
    return [*_keys(facts), *_voting(facts), done]


def _keys(facts: Facts) -> list[Step]:
    tested = facts.is_key_tested or facts.reached(SessionState.OPEN)
    return [
        Step("key", "密钥", facts.has_key, "生成密钥，打印三张钥匙卡和封存页"),
        Step("trial", "试开", facts.has_key and tested, "用任意两张钥匙卡试开一次"),
    ]


def _voting(facts: Facts) -> list[Step]:
    without = facts.groups_without_slips
    slips = f"还没有打印：{'、'.join(without)}" if without else "已全部打印"
    is_open = facts.reached(SessionState.OPEN)
    return [
        Step("slips", "测评票", not without or is_open, slips),
        Step("open", "开始", is_open, _opening(facts)),
        Step("close", "截止", facts.reached(SessionState.CLOSED), "所有人填完以后"),
        Step("urn", "开箱", facts.reached(SessionState.OPENED), "两位监票人带钥匙卡"),
    ]


def _opening(facts: Facts) -> str:
    is_prepared = facts.is_key_tested and not facts.groups_without_slips
    if not is_prepared or not (facts.is_rehearsal or facts.reached(SessionState.REHEARSED)):
        return "以上各项做完以后"
    return "准备好了" if facts.is_meeting_stage or facts.is_rehearsal else "周期须先进入“会议测评”阶段"
