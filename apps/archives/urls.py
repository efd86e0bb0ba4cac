from django.urls import path

from apps.archives import lists, views

app_name = "archives"
urlpatterns = [
    path("", lists.ArchiveList.as_view(), name="archive_list"),
    path("<int:archive_id>/", views.archive_detail, name="archive_detail"),
    path("cycles/<int:cycle_id>/", views.archive_request, name="archive_request"),
]
