"""The job that makes feedback letters."""

from django.urls import reverse

from apps.documents.kit.jobs import JobContext
from apps.grading.pdf import feedback_letter
from apps.grading.services import bundle_letters, issue_letter


def make_feedback_letters(context: JobContext) -> None:
    """Make the letters named in the job; those that exist from an interrupted run are kept as they are."""
    issues = [(int(decision), int(issue)) for decision, issue in context.arguments["issues"]]
    cycle_id = int(context.arguments["cycle_id"])
    context.progress(0, len(issues))
    for done, (decision_id, issue_no) in enumerate(issues, start=1):
        issue_letter(decision_id, issue_no, render=feedback_letter, actor=context.requested_by, at=context.at)
        context.progress(done, len(issues))
    context.attach(bundle_letters(cycle_id, issues, actor=context.requested_by, at=context.at))
    context.link(f"{reverse('grading:letter_list')}?cycle={cycle_id}")
