"""Addresses under /api/v1/ of roster imports."""

from django.urls import path

from apps.rosters.api.views import ImportViewSet, UploadViewSet, WorkbookViewSet

urlpatterns = [
    path(
        "roster-imports/",
        UploadViewSet.as_view({"get": "list", "post": "create"}),
        name="api-roster-import-list",
    ),
    path(
        "roster-imports/<int:pk>/",
        ImportViewSet.as_view({"get": "retrieve"}),
        name="api-roster-import-detail",
    ),
    *(
        path(
            f"roster-imports/<int:pk>/{part}/",
            ImportViewSet.as_view({"get": part}),
            name=f"api-roster-import-{part}",
        )
        for part in ("changes", "errors")
    ),
    *(
        path(
            f"roster-imports/<int:pk>/{act}/",
            ImportViewSet.as_view({"post": act}),
            name=f"api-roster-import-{act}",
        )
        for act in ("confirm", "discard")
    ),
    path("roster/template/", WorkbookViewSet.as_view({"get": "template"}), name="api-roster-template"),
    path("roster/export/", WorkbookViewSet.as_view({"post": "export"}), name="api-roster-export"),
]
