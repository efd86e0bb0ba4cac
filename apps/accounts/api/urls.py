"""Addresses under /api/v1/accounts/."""

from django.urls import path

from apps.accounts.api import schema  # noqa: F401 -- defining the scheme registers it
from apps.accounts.api.views import AccountViewSet

urlpatterns = [
    path("", AccountViewSet.as_view({"get": "list"}), name="api-account-list"),
    path("<int:pk>/", AccountViewSet.as_view({"get": "retrieve"}), name="api-account-detail"),
    path("<int:pk>/disable/", AccountViewSet.as_view({"post": "disable"}), name="api-account-disable"),
    path("<int:pk>/enable/", AccountViewSet.as_view({"post": "enable"}), name="api-account-enable"),
    path("<int:pk>/roles/", AccountViewSet.as_view({"post": "grant"}), name="api-account-grant"),
    path(
        "<int:pk>/roles/<int:assignment_id>/",
        AccountViewSet.as_view({"delete": "revoke"}),
        name="api-account-revoke",
    ),
]
