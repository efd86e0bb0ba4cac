"""URL map. Each app owns its prefix; names are `app:thing_action`."""

from django.urls import include, path

urlpatterns = [
    path("", include("apps.portal.urls")),
    path("accounts/", include("apps.accounts.urls")),
    path("audit/", include("apps.audit.urls")),
    path("self-check/", include("apps.security_checks.urls")),
    path("organizations/", include("apps.organizations.urls")),
    path("secretaries/", include("apps.secretaries.urls")),
    path("rosters/", include("apps.rosters.urls")),
    path("documents/", include("apps.documents.urls")),
    path("notifications/", include("apps.notifications.urls")),
    path("cycles/", include("apps.cycles.urls")),
    path("duty-reports/", include("apps.duty_reports.urls")),
    path("meetings/", include("apps.meetings.urls")),
    path("assessments/", include("apps.assessments.urls")),
    path("evaluations/", include("apps.evaluations.urls")),
    path("paper-ballots/", include("apps.paper_ballots.urls")),
    path("scoring/", include("apps.scoring.urls")),
    path("grading/", include("apps.grading.urls")),
    path("rectification/", include("apps.rectification.urls")),
    path("insights/", include("apps.insights.urls")),
    path("official-documents/", include("apps.official_documents.urls")),
    path("archives/", include("apps.archives.urls")),
    path("api/v1/", include("config.api_urls")),
]
