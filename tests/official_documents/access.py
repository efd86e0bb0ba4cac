"""URL × role of official documents."""

from tests.access import Access
from tests.world import NOW

STAFF = {"clerk": 200, "head": 200, "outsider_clerk": 200}
OF_ROOT = {"clerk": 200, "head": 200}
SIGNED = {"clerk": 302, "head": 302}


def document(world):
    return {"document_id": world.document.pk}


def file_of(world):
    return {"document_id": world.document.pk, "file_format": "pdf"}


def signed(**values):
    """Inside the request's savepoint: the grades are signed off. Returns what is sent."""

    def data(world):
        type(world.deliberation).objects.filter(pk=world.deliberation.pk).update(
            signed_off_at=NOW, signed_off_by=world.users["head"]
        )
        return values

    return data


def of_host(world):
    return {"host": world.root.pk}


def summary_of(world):
    return {"cycle_id": world.cycle.pk, "key": "summary_table", "file_format": "xlsx"}


def batch(world):
    return {"job_id": world.document_job.pk}


def version(world):
    from apps.official_documents.domain.templates import describe_template
    from apps.official_documents.kit.kinds import kind_for
    from apps.official_documents.models import DocumentTemplate, TemplateVersion

    template, _ = DocumentTemplate.objects.get_or_create(kind="feedback_letter", host=world.root)
    content = describe_template(kind_for("feedback_letter").template)
    made, _ = TemplateVersion.objects.get_or_create(
        template=template, version_no=1, defaults={"content": content, "saved_at": NOW}
    )
    return {"version_id": made.pk}


def with_version(world):
    version(world)
    return of_host(world)


def letter_template(world):
    return {"key": "feedback_letter"}


ROWS = {
    "official_documents:document_list": Access(STAFF),
    "official_documents:my_feedback": Access({"secretary": 200, "outsider_secretary": 200}),
    "official_documents:order": Access(STAFF),
    "official_documents:batch_detail": Access(OF_ROOT, others=404, kwargs=batch),
    "official_documents:working_copy": Access(
        {"clerk": 200, "head": 200, "outsider_clerk": 404}, kwargs=summary_of
    ),
    "official_documents:verify": Access({}, others=200, anonymous=200),
    "official_documents:template_list": Access(STAFF),
    "official_documents:template_edit": Access(
        OF_ROOT | {"outsider_clerk": 404}, kwargs=letter_template, data=of_host
    ),
    "official_documents:template_preview": Access(  # without a host there is nothing to show
        dict.fromkeys(STAFF, 404), kwargs=letter_template, method="post"
    ),
    "official_documents:template_versions": Access(
        OF_ROOT | {"outsider_clerk": 404}, kwargs=letter_template, data=with_version
    ),
    "official_documents:template_restore": Access(
        SIGNED | {"outsider_clerk": 404}, kwargs=version, method="post"
    ),
    "official_documents:document_detail": Access(OF_ROOT | {"secretary": 200}, others=404, kwargs=document),
    "official_documents:document_download": Access(
        SIGNED | {"secretary": 302}, others=404, kwargs=file_of, method="post"
    ),
    "official_documents:document_reissue": Access(
        SIGNED | {"secretary": 403}, others=404, kwargs=document, data=signed(), method="post"
    ),
    "official_documents:document_complete": Access(
        SIGNED | {"secretary": 403}, others=404, kwargs=document, method="post"
    ),
    "official_documents:document_revoke": Access(
        SIGNED | {"secretary": 403},
        others=404,
        kwargs=document,
        data=lambda w: {"reason": "文号有误"},
        method="post",
    ),
}
