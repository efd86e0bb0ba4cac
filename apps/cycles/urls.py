from django.urls import path

from apps.cycles.lists import CandidateList, CycleList, PaperSourceList, RevieweeList
from apps.cycles.views import changes, cycles, paper_design, papers, presets, reviewees, scheme

app_name = "cycles"
urlpatterns = [
    path("", CycleList.as_view(), name="cycle_list"),
    path("new/", cycles.cycle_create, name="cycle_create"),
    path("new/hosts/", cycles.host_options, name="host_options"),
    path("<int:cycle_id>/", cycles.cycle_detail, name="cycle_detail"),
    path("<int:cycle_id>/edit/", cycles.cycle_edit, name="cycle_edit"),
    path("<int:cycle_id>/scheme/<slug:part>/", scheme.scheme_edit, name="scheme_edit"),
    path("<int:cycle_id>/scheme/<slug:part>/try/", scheme.scheme_try, name="scheme_try"),
    path("<int:cycle_id>/preset/", presets.scheme_preset, name="scheme_preset"),
    path("<int:cycle_id>/changes/", changes.scheme_changes, name="scheme_changes"),
    path("<int:cycle_id>/papers/", papers.paper_list, name="paper_list"),
    path("<int:cycle_id>/papers/new/", papers.paper_create, name="paper_create"),
    path("<int:cycle_id>/papers/sources/", PaperSourceList.as_view(), name="paper_source_list"),
    path("<int:cycle_id>/papers/<int:paper_id>/", paper_design.paper_edit, name="paper_edit"),
    path("<int:cycle_id>/papers/<int:paper_id>/preview/", paper_design.paper_preview, name="paper_preview"),
    path("<int:cycle_id>/papers/<int:paper_id>/move/", papers.paper_move, name="paper_move"),
    path("<int:cycle_id>/papers/<int:paper_id>/remove/", papers.paper_remove, name="paper_remove"),
    path(
        "<int:cycle_id>/papers/<int:paper_id>/revisions/<int:version>/",
        papers.paper_revision,
        name="paper_revision",
    ),
    path(
        "<int:cycle_id>/papers/<int:paper_id>/revisions/<int:version>/restore/",
        papers.revision_restore,
        name="revision_restore",
    ),
    path("<int:cycle_id>/copy/", cycles.cycle_copy, name="cycle_copy"),
    path("<int:cycle_id>/open/", cycles.cycle_open, name="cycle_open"),
    path("<int:cycle_id>/advance/", cycles.cycle_advance, name="cycle_advance"),
    path("<int:cycle_id>/delete/", cycles.cycle_delete, name="cycle_delete"),
    path("<int:cycle_id>/reviewees/", RevieweeList.as_view(), name="reviewee_list"),
    path("<int:cycle_id>/reviewees/order/", reviewees.reviewee_order, name="reviewee_order"),
    path("<int:cycle_id>/candidates/", CandidateList.as_view(), name="candidate_list"),
]
