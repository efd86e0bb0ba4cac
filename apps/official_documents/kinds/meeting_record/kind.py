"""The kind."""

from typing import ClassVar

from apps.cycles.models import ReviewCycle
from apps.documents.kit.paper import Paper
from apps.meetings.models import ReviewMeeting
from apps.official_documents.domain.scopes import Format, Scope, Subject
from apps.official_documents.domain.templates import Dress, Passage, Template
from apps.official_documents.kinds.meeting_record.contents import (
    MeetingContent,
    closings_of,
    meeting_entry,
    session_entry,
)
from apps.official_documents.kinds.meeting_record.demonstration import demonstration
from apps.official_documents.kinds.meeting_record.pages import write_meeting, write_session
from apps.official_documents.kit.kinds import DocumentKind

OPENING = "{周期名称}的会议、签到、点评和现场测评情况记录如下。签到只记人数；测评无记名，记录中没有任何填票人的信息。"


class MeetingRecordKind(DocumentKind[MeetingContent]):
    """One record for the whole cycle."""

    key = "meeting_record"
    label = "会议记录附件"
    scope = Scope.CYCLE
    formats = (Format.PDF, Format.DOCX)
    order = 35
    passages: ClassVar = (Passage("opening", "开头", OPENING),)
    template = Template(
        title="{周期名称}会议记录附件", number="", has_seal=False, signature_lines=("记录人", "审核人")
    )

    def why_not(self, cycle: ReviewCycle) -> str:
        has_any = cycle.meetings.exists() or closings_of(cycle.pk).exists()
        return "" if has_any else f"“{cycle}”还没有会议，也没有截止的测评场次，不能出具{self.label}。"

    def contents(self, subject: Subject) -> MeetingContent:
        meetings = ReviewMeeting.objects.filter(cycle_id=subject.cycle_id).order_by("starts_at", "pk")
        return MeetingContent(
            meetings=tuple(meeting_entry(one) for one in meetings),
            sessions=tuple(session_entry(one.session, one) for one in closings_of(subject.cycle_id)),
        )

    def demonstration(self) -> MeetingContent:
        return demonstration()

    def compose(self, paper: Paper, content: MeetingContent, dress: Dress) -> None:
        paper.paragraph(dress.words["opening"])
        number = iter("一二三四五六七八九")
        for meeting in content.meetings:
            paper.heading(f"{next(number)}、{meeting.title}")
            write_meeting(paper, meeting)
        for session in content.sessions:
            paper.heading(f"{next(number)}、{session.title}")
            write_session(paper, session)
        paper.paragraph("以上情况属实。")
