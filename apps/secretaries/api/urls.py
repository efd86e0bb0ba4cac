"""Addresses under /api/v1/ of people, appointments, vacancies and elections."""

from typing import Any

from django.urls import path

from apps.secretaries.api.terms import DueViewSet, ElectionViewSet, VacancyViewSet
from apps.secretaries.api.views import AppointmentViewSet, SecretaryViewSet

READ_AND_EDIT: dict[str, Any] = {"get": "retrieve", "patch": "partial_update"}
READ_AND_ADD: dict[str, Any] = {"get": "list", "post": "create"}

urlpatterns = [
    path("secretaries/", SecretaryViewSet.as_view(READ_AND_ADD), name="api-secretary-list"),
    path("secretaries/<int:pk>/", SecretaryViewSet.as_view(READ_AND_EDIT), name="api-secretary-detail"),
    path("appointments/", AppointmentViewSet.as_view(READ_AND_ADD), name="api-appointment-list"),
    path("appointments/<int:pk>/", AppointmentViewSet.as_view(READ_AND_EDIT), name="api-appointment-detail"),
    *(
        path(
            f"appointments/<int:pk>/{act}/",
            AppointmentViewSet.as_view({"post": act}),
            name=f"api-appointment-{act}",
        )
        for act in ("end", "transfer", "void")
    ),
    path("vacancies/", VacancyViewSet.as_view({"get": "list"}), name="api-vacancy-list"),
    path("elections/", ElectionViewSet.as_view(READ_AND_ADD), name="api-election-list"),
    path("elections/due/", DueViewSet.as_view({"get": "list"}), name="api-election-due"),
    path("elections/<int:pk>/", ElectionViewSet.as_view(READ_AND_EDIT), name="api-election-detail"),
    *(
        path(f"elections/<int:pk>/{act}/", ElectionViewSet.as_view({"post": act}), name=f"api-election-{act}")
        for act in ("shift", "void")
    ),
]
