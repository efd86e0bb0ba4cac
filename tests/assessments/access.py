"""Who gets what in assessments."""

from tests.access import Access

STAFF = {"clerk": 200, "head": 200, "outsider_clerk": 200}
HOLDERS = {"clerk": 200, "head": 200, "outsider_clerk": 404}
DOERS = {"clerk": 302, "head": 302, "outsider_clerk": 404}


def cycle(w):
    return {"cycle_id": w.cycle.pk}


def figure_import(w):
    return {"import_id": w.figure_import.pk}


ROWS = {
    "assessments:component_list": Access(STAFF),
    "assessments:component_grid": Access(HOLDERS, kwargs=lambda w: {"component_id": w.imported_component.pk}),
    "assessments:score_evidence": Access(HOLDERS, kwargs=lambda w: {"score_id": w.component_score.pk}),
    "assessments:missing_list": Access(STAFF),
    "assessments:figure_workbook": Access(HOLDERS, kwargs=cycle),
    "assessments:import_create": Access(HOLDERS, kwargs=cycle),
    "assessments:import_list": Access(STAFF),
    "assessments:import_detail": Access(HOLDERS, kwargs=figure_import),
    # The world's import has no workbook on disk: the refusal (409) shows that the door was passed.
    "assessments:import_errors": Access(
        {"clerk": 409, "head": 409, "outsider_clerk": 404}, kwargs=figure_import
    ),
    "assessments:import_confirm": Access(DOERS, kwargs=figure_import, method="post"),
    "assessments:import_discard": Access(DOERS, kwargs=figure_import, method="post"),
    "assessments:adjustment_list": Access(STAFF),
    "assessments:adjustment_sum_list": Access(STAFF),
    "assessments:adjustment_withdraw": Access(
        DOERS, kwargs=lambda w: {"entry_id": w.adjustment_entry.pk}, method="post"
    ),
    "assessments:adjustment_create": Access(HOLDERS, kwargs=cycle),
    "assessments:reviewee_adjustments": Access(HOLDERS, kwargs=lambda w: {"reviewee_id": w.reviewee.pk}),
    "assessments:condition_list": Access(STAFF),
    "assessments:finding_grid": Access(HOLDERS, kwargs=cycle),
    "assessments:veto_list": Access(STAFF),
    "assessments:veto_create": Access(STAFF),
    "assessments:veto_withdraw": Access(DOERS, kwargs=lambda w: {"veto_id": w.veto.pk}, method="post"),
}
