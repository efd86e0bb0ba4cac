"""Addresses under /api/v1/audit/."""

from django.urls import path

from apps.audit.api.views import EntryViewSet

urlpatterns = [
    path("audit/entries/", EntryViewSet.as_view({"get": "list"}), name="api-audit-entry-list"),
    path(
        "audit/entries/<int:seq>/", EntryViewSet.as_view({"get": "retrieve"}), name="api-audit-entry-detail"
    ),
]
