from django.urls import path

from apps.official_documents import lists
from apps.official_documents.views import documents, feedback, orders, templates, verification, working_copies

app_name = "official_documents"
urlpatterns = [
    path("", lists.DocumentList.as_view(), name="document_list"),
    path("my/", feedback.my_feedback, name="my_feedback"),
    path("order/", orders.order, name="order"),
    path("batches/<uuid:job_id>/", orders.batch_detail, name="batch_detail"),
    path(
        "working-copies/<int:cycle_id>/<slug:key>/<slug:file_format>/",
        working_copies.working_copy,
        name="working_copy",
    ),
    path("verify/", verification.verify, name="verify"),
    path("templates/", templates.template_list, name="template_list"),
    path("templates/<slug:key>/", templates.template_edit, name="template_edit"),
    path("templates/<slug:key>/preview/", templates.template_preview, name="template_preview"),
    path("templates/<slug:key>/versions/", templates.template_versions, name="template_versions"),
    path("template-versions/<int:version_id>/restore/", templates.template_restore, name="template_restore"),
    path("<int:document_id>/", documents.document_detail, name="document_detail"),
    path(
        "<int:document_id>/files/<slug:file_format>/", documents.document_download, name="document_download"
    ),
    path("<int:document_id>/reissue/", documents.document_reissue, name="document_reissue"),
    path("<int:document_id>/complete/", documents.document_complete, name="document_complete"),
    path("<int:document_id>/revoke/", documents.document_revoke, name="document_revoke"),
]
