"""URL × role of jobs and files."""

from apps.documents.kit import readers
from apps.documents.services import store_file
from tests.access import ROLES, Access
from tests.world import NOW

KIND = "tests.clerks_file"
EVERYBODY = dict.fromkeys((role for role in ROLES if role != "anonymous"), 200)
STAFF_OF_ROOT = {"clerk": 200, "head": 200}

readers.register(KIND, lambda user, file: user.pk == file.created_by_id)


def _job(world):
    return {"job_id": world.job.pk}


def _file(world):
    clerk = world.users["clerk"]
    file = store_file(KIND, "a.txt", b"text", content_type="text/plain", actor=clerk, at=NOW)
    return {"file_id": file.pk}


ROWS = {
    "documents:job_list": Access(EVERYBODY),
    "documents:job_detail": Access(STAFF_OF_ROOT, others=404, kwargs=_job),
    "documents:job_progress": Access(STAFF_OF_ROOT, others=404, kwargs=_job),
    "documents:job_cancel": Access({"clerk": 302, "head": 302}, others=404, kwargs=_job, method="post"),
    "documents:job_retry": Access({"clerk": 302, "head": 302}, others=404, kwargs=_job, method="post"),
    "documents:list_export": Access(
        {"clerk": 302, "head": 302, "outsider_clerk": 302, "leader": 302, "discipline": 302},
        method="post",
        data=lambda world: {"path": "/organizations/", "query": "export=xlsx"},
    ),
    "documents:file_download": Access({"clerk": 200}, others=404, kwargs=_file),
}
