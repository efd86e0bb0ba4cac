"""Jobs, files and people who order them."""

from datetime import UTC, datetime

from apps.accounts.models import RoleAssignment, User
from apps.documents import services
from apps.documents.kit import jobs, readers
from apps.documents.models import Job

AT = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
KIND = "tests.count"
OWN_FILES = "tests.own_file"

readers.register(OWN_FILES, lambda user, file: user.pk == file.created_by_id)


def make_requester(username="clerk-zhang", *, role=None, scope=None):
    """An account, by default without any role."""
    user = User.objects.create(username=username, display_name="张经办", password="!")
    if role:
        RoleAssignment.objects.create(user=user, role=role, scope=scope)
    return user


def make_job(*, handler=None, kind=KIND, actor=None, at=AT, **fields):
    """A queued job whose kind is done by ``handler`` (by default nothing to do)."""
    jobs.register(kind, handler or (lambda context: None))
    job = services.enqueue_job(
        kind, title="统计一件事", arguments={"n": 3}, actor=actor or make_requester(), at=at
    )
    if fields:
        Job.objects.filter(pk=job.pk).update(**fields)
        job.refresh_from_db()
    return job


def make_file(
    *, name="反馈意见.pdf", content=b"%PDF-1.4 test", content_type="application/pdf", actor=None, at=AT, **kw
):
    """A stored file that its maker may read."""
    return services.store_file(
        kw.pop("kind", OWN_FILES),
        name,
        content,
        content_type=content_type,
        actor=actor or make_requester(),
        at=at,
        **kw,
    )
