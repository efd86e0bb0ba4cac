from django.urls import path

from apps.scoring import lists, views

app_name = "scoring"
urlpatterns = [
    path("", lists.SummaryList.as_view(), name="summary_list"),
    path("summaries/<int:summary_id>/", views.summary_detail, name="summary_detail"),
    path("runs/", lists.RunList.as_view(), name="run_list"),
    path("runs/<int:run_id>/", views.run_detail, name="run_detail"),
    path("cycles/<int:cycle_id>/run/", views.run_create, name="run_create"),
    path("sessions/<int:session_id>/verification/", views.verification, name="verification"),
    path(
        "sessions/<int:session_id>/verification/run/", views.verification_create, name="verification_create"
    ),
    path("sessions/<int:session_id>/package/", views.package_download, name="package_download"),
]
