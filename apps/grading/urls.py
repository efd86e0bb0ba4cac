from django.urls import path

from apps.grading import lists, views

app_name = "grading"
urlpatterns = [
    path("", lists.DeliberationList.as_view(), name="deliberation_list"),
    path("cycles/<int:cycle_id>/", views.deliberation_detail, name="deliberation_detail"),
    path("cycles/<int:cycle_id>/start/", views.deliberation_start, name="deliberation_start"),
    path("cycles/<int:cycle_id>/record/", views.deliberation_record, name="deliberation_record"),
    path("cycles/<int:cycle_id>/decide-all/", views.deliberation_decide_all, name="deliberation_decide_all"),
    path("cycles/<int:cycle_id>/sign-off/", views.deliberation_sign_off, name="deliberation_sign_off"),
    path("cycles/<int:cycle_id>/summary.pdf", views.summary_pdf, name="summary_pdf"),
    path("cycles/<int:cycle_id>/summary.xlsx", views.summary_xlsx, name="summary_xlsx"),
    path("cycles/<int:cycle_id>/letters/", views.letters_request, name="letters_request"),
    path("decisions/<int:decision_id>/", views.decision_decide, name="decision_decide"),
    path("decisions/<int:decision_id>/letter/", views.letter_request, name="letter_request"),
    path("letters/", lists.LetterList.as_view(), name="letter_list"),
    path("letters/<int:letter_id>/download/", views.letter_download, name="letter_download"),
    path("my/", views.my_feedback, name="my_feedback"),
]
