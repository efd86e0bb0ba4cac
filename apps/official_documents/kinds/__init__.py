"""The kinds of this platform, a module each. ``register_kinds`` is called once, when the app is ready."""

from apps.official_documents.kinds.annual_report import AnnualReportKind
from apps.official_documents.kinds.circular import CircularKind
from apps.official_documents.kinds.deliberation_sheet import DeliberationSheetKind
from apps.official_documents.kinds.feedback_letter import FeedbackLetterKind
from apps.official_documents.kinds.grade_register import FieldRegisterKind, GradeRegisterKind
from apps.official_documents.kinds.meeting_record import MeetingRecordKind
from apps.official_documents.kinds.result_sheet import ResultSheetKind
from apps.official_documents.kinds.summary_table import FieldSummaryKind, SummaryTableKind
from apps.official_documents.kit.kinds import register

KINDS = (
    FeedbackLetterKind(),
    ResultSheetKind(),
    SummaryTableKind(),
    FieldSummaryKind(),
    MeetingRecordKind(),
    DeliberationSheetKind(),
    CircularKind(),
    AnnualReportKind(),
    GradeRegisterKind(),
    FieldRegisterKind(),
)


def register_kinds() -> None:
    for kind in KINDS:
        register(kind)
