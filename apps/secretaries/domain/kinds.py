"""What a post amounts to: who heads the organization, who stands in, who was sent to help.

Source: 中国共产党基层组织选举工作条例 (one secretary heads a committee or branch); 第一书记 are sent by superior
organizations and serve beside the elected secretary.
"""

import re

from apps.common.domain.labels import LabelledEnum

# Posts that contain 书记 and head nothing of the kind we count: deputies, and secretaries of other bodies.
OTHER_SECRETARIES = re.compile(
    r"(?:常务|专职)?副书记|书记助理|书记员|(?:纪委|纪检组?|纪检监察|政法委|统战|团委|团工委|团总支|团支部|共青团)书记"
)
# 临时党支部书记 heads a temporary branch and is no acting secretary; 现代、时代 belong to names of places.
ACTING = re.compile(
    r"主持.{0,6}工作|主持[)）]?$|代理(?=党|书记|支部|总支|[)）])|(?<![时现古近当世])代(?:党?(?:工?委|总支|支部|组)?)书记|(?:临时|暂时|代为)负责"
)
FIRST = "第一书记"
IN_CHARGE = re.compile(r"党(?:组织|支部|总支|委|工委|组)?(?:临时)?负责人")


class AppointmentKind(LabelledEnum):
    """Kind of a post (任职类别). An organization has at most one of each kind at a time, but any number of ``OTHER``."""

    SECRETARY = "secretary", "书记"
    ACTING = "acting", "主持工作（代理）"
    FIRST = "first", "第一书记"
    OTHER = "other", "其他职务"


HELD_BY_ONE = (AppointmentKind.SECRETARY, AppointmentKind.ACTING, AppointmentKind.FIRST)


def appointment_kind_of(post: str) -> AppointmentKind:
    """Return the kind that the words of a post state: 党支部书记 → SECRETARY, 副书记（主持工作） → ACTING, 委员 → OTHER."""
    text = "".join(post.split())
    if ACTING.search(text):
        return AppointmentKind.ACTING
    if "书记" in OTHER_SECRETARIES.sub("", text.replace(FIRST, "")):
        return AppointmentKind.SECRETARY
    if FIRST in text:
        return AppointmentKind.FIRST
    return AppointmentKind.ACTING if IN_CHARGE.search(text) else AppointmentKind.OTHER
