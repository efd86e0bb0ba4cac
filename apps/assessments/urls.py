from django.urls import path

from apps.assessments import lists
from apps.assessments.views import adjustments, figures, findings, imports, vetoes

app_name = "assessments"
urlpatterns = [
    path("", lists.ComponentList.as_view(), name="component_list"),
    path("components/<int:component_id>/", figures.component_grid, name="component_grid"),
    path("scores/<int:score_id>/evidence/", figures.score_evidence, name="score_evidence"),
    path("missing/", lists.MissingList.as_view(), name="missing_list"),
    path("cycles/<int:cycle_id>/workbook/", imports.figure_workbook, name="figure_workbook"),
    path("cycles/<int:cycle_id>/import/", imports.import_create, name="import_create"),
    path("imports/", lists.ImportList.as_view(), name="import_list"),
    path("imports/<int:import_id>/", imports.import_detail, name="import_detail"),
    path("imports/<int:import_id>/errors/", imports.import_errors, name="import_errors"),
    path("imports/<int:import_id>/confirm/", imports.import_confirm, name="import_confirm"),
    path("imports/<int:import_id>/discard/", imports.import_discard, name="import_discard"),
    path("adjustments/", lists.AdjustmentList.as_view(), name="adjustment_list"),
    path("adjustments/sums/", lists.AdjustmentSumList.as_view(), name="adjustment_sum_list"),
    path("adjustments/<int:entry_id>/withdraw/", adjustments.adjustment_withdraw, name="adjustment_withdraw"),
    path("cycles/<int:cycle_id>/adjustments/new/", adjustments.adjustment_create, name="adjustment_create"),
    path(
        "reviewees/<int:reviewee_id>/adjustments/",
        adjustments.reviewee_adjustments,
        name="reviewee_adjustments",
    ),
    path("conditions/", lists.ConditionList.as_view(), name="condition_list"),
    path("cycles/<int:cycle_id>/findings/", findings.finding_grid, name="finding_grid"),
    path("vetoes/", lists.VetoList.as_view(), name="veto_list"),
    path("vetoes/new/", vetoes.veto_create, name="veto_create"),
    path("vetoes/<int:veto_id>/withdraw/", vetoes.veto_withdraw, name="veto_withdraw"),
]
