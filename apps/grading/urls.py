from django.urls import path

from apps.grading.lists import DecisionList, DeliberationList, ReconsiderationList
from apps.grading.views import reconsiderations, sheets, sign_off, tables

app_name = "grading"
urlpatterns = [
    path("decisions/", DecisionList.as_view(), name="decision_list"),
    path("", DeliberationList.as_view(), name="deliberation_list"),
    path("cycles/<int:cycle_id>/", sheets.deliberation_detail, name="deliberation_detail"),
    path("cycles/<int:cycle_id>/print/", sheets.deliberation_print, name="deliberation_print"),
    path("cycles/<int:cycle_id>/start/", sheets.deliberation_start, name="deliberation_start"),
    path("cycles/<int:cycle_id>/record/", sheets.deliberation_record, name="deliberation_record"),
    path("cycles/<int:cycle_id>/decide-all/", sheets.deliberation_decide_all, name="deliberation_decide_all"),
    path("cycles/<int:cycle_id>/review/", sign_off.deliberation_review, name="deliberation_review"),
    path("cycles/<int:cycle_id>/send-back/", sign_off.deliberation_send_back, name="deliberation_send_back"),
    path("cycles/<int:cycle_id>/sign-off/", sign_off.deliberation_sign_off, name="deliberation_sign_off"),
    path("cycles/<int:cycle_id>/submission.zip", tables.submission_zip, name="submission_zip"),
    path("cycles/<int:cycle_id>/submission.xlsx", tables.submission_xlsx, name="submission_xlsx"),
    path("decisions/<int:decision_id>/", sheets.decision_decide, name="decision_decide"),
    path(
        "decisions/<int:decision_id>/reconsider/",
        reconsiderations.reconsideration_create,
        name="reconsideration_create",
    ),
    path("reconsiderations/", ReconsiderationList.as_view(), name="reconsideration_list"),
    path(
        "reconsiderations/<int:act_id>/",
        reconsiderations.reconsideration_detail,
        name="reconsideration_detail",
    ),
    path(
        "reconsiderations/<int:act_id>/hearing/",
        reconsiderations.reconsideration_hear,
        name="reconsideration_hear",
    ),
    path(
        "reconsiderations/<int:act_id>/decide/",
        reconsiderations.reconsideration_decide,
        name="reconsideration_decide",
    ),
    path(
        "reconsiderations/<int:act_id>/withdraw/",
        reconsiderations.reconsideration_withdraw,
        name="reconsideration_withdraw",
    ),
]
