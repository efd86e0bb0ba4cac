"""会议记录附件: meetings, attendance, commentary and evaluation sessions of a cycle."""

from apps.official_documents.kinds.meeting_record.kind import MeetingRecordKind

__all__ = ["MeetingRecordKind"]
