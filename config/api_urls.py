"""Machine interface, version 1."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from apps.organizations.api import FieldViewSet, OrganizationViewSet
from apps.scoring.api import ResultViewSet
from apps.secretaries.api import SecretaryViewSet

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("organizations/", OrganizationViewSet.as_view({"get": "list"}), name="api-organization-list"),
    path(
        "organizations/<int:pk>/",
        OrganizationViewSet.as_view({"get": "retrieve"}),
        name="api-organization-detail",
    ),
    path("fields/", FieldViewSet.as_view({"get": "list"}), name="api-field-list"),
    path("fields/<slug:pk>/", FieldViewSet.as_view({"get": "retrieve"}), name="api-field-detail"),
    path("secretaries/", SecretaryViewSet.as_view({"get": "list"}), name="api-secretary-list"),
    path("secretaries/<int:pk>/", SecretaryViewSet.as_view({"get": "retrieve"}), name="api-secretary-detail"),
    path("results/", ResultViewSet.as_view({"get": "list"}), name="api-result-list"),
    path("results/<int:pk>/", ResultViewSet.as_view({"get": "retrieve"}), name="api-result-detail"),
]
