"""Machine interface, version 1."""

from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView

from apps.common.api.unknown import UnknownView
from apps.scoring.api import ResultViewSet

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("", include("apps.organizations.api.urls")),
    path("", include("apps.secretaries.api.urls")),
    path("accounts/", include("apps.accounts.api.urls")),
    path("", include("apps.audit.api.urls")),
    path("", include("apps.rosters.api.urls")),
    path("results/", ResultViewSet.as_view({"get": "list"}), name="api-result-list"),
    path("results/<int:pk>/", ResultViewSet.as_view({"get": "retrieve"}), name="api-result-detail"),
    # Without a slash at its end too: redirected to the address with one, a POST would become a GET and change nothing.
    re_path("", UnknownView.as_view(), name="api-unknown"),
]
