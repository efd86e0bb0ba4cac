from django.urls import path

from apps.documents import views

app_name = "documents"
urlpatterns = [
    path("jobs/", views.JobList.as_view(), name="job_list"),
    path("jobs/<uuid:job_id>/", views.job_detail, name="job_detail"),
    path("jobs/<uuid:job_id>/progress/", views.job_progress, name="job_progress"),
    path("jobs/<uuid:job_id>/cancel/", views.job_cancel, name="job_cancel"),
    path("jobs/<uuid:job_id>/retry/", views.job_retry, name="job_retry"),
    path("exports/", views.list_export, name="list_export"),
    path("files/<uuid:file_id>/", views.file_download, name="file_download"),
]
