"""Documents made by the real services."""

from apps.documents.services import run_job
from apps.official_documents import services
from apps.official_documents.domain.orders import Order, Which
from apps.official_documents.models import IssuedDocument
from tests.factories.grading import AT
from tests.factories.scoring import make_clerk

LETTER = "feedback_letter"


def order(cycle, *, kinds=(LETTER,), actor=None, at=AT, again=False, **options):
    """Order documents, by default the letters that are missing."""
    if again:
        options["which"] = Which.AGAIN
    return services.order_documents(
        Order(cycle.pk, kinds, **options), actor=actor or make_clerk(cycle), at=at
    )


def run(job, at=AT):
    """Do the job here and now."""
    return run_job(job.pk, clock=lambda: at)


def issue_letters(cycle, **options):
    """Issue letters and return them in the order of the cycle's reviewees."""
    job = run(order(cycle, **options))
    assert job.state == "done", job.error
    return list(IssuedDocument.objects.filter(cycle=cycle, kind=LETTER).order_by("number", "issue_no"))
