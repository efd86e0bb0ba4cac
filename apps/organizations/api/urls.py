"""Addresses under /api/v1/ of organizations and their fields."""

from django.urls import path

from apps.organizations.api.fields import FieldViewSet
from apps.organizations.api.views import OrganizationViewSet

urlpatterns = [
    path(
        "organizations/",
        OrganizationViewSet.as_view({"get": "list", "post": "create"}),
        name="api-organization-list",
    ),
    path(
        "organizations/merge/", OrganizationViewSet.as_view({"post": "merge"}), name="api-organization-merge"
    ),
    path(
        "organizations/<int:pk>/",
        OrganizationViewSet.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="api-organization-detail",
    ),
    path(
        "organizations/<int:pk>/history/",
        OrganizationViewSet.as_view({"get": "history"}),
        name="api-organization-history",
    ),
    *(
        path(
            f"organizations/<int:pk>/{act}/",
            OrganizationViewSet.as_view({"post": act}),
            name=f"api-organization-{act}",
        )
        for act in ("rename", "move", "abolish", "reinstate", "split")
    ),
    path(
        "organizations/<int:pk>/take-back/",
        OrganizationViewSet.as_view({"post": "take_back"}),
        name="api-organization-take-back",
    ),
    path("fields/", FieldViewSet.as_view({"get": "list"}), name="api-field-list"),
    path("fields/<slug:pk>/", FieldViewSet.as_view({"get": "retrieve"}), name="api-field-detail"),
]
