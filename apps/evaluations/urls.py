from django.urls import path

from apps.evaluations.lists import SessionList
from apps.evaluations.views import casting, counting, halls, paper, rehearsal, sessions, steward, submitting

app_name = "evaluations"
urlpatterns = [
    path("", SessionList.as_view(), name="session_list"),
    path("new/", sessions.session_create, name="session_create"),
    path("<int:session_id>/", sessions.session_detail, name="session_detail"),
    path("<int:session_id>/edit/", sessions.session_edit, name="session_edit"),
    path("<int:session_id>/delete/", sessions.session_delete, name="session_delete"),
    path("<int:session_id>/ceremony/", paper.ceremony, name="ceremony"),
    path("<int:session_id>/ceremony/key/", paper.key_make, name="key_make"),
    path("<int:session_id>/slips/", paper.slips, name="slips"),
    path("<int:session_id>/slips/<int:group_id>/print/", paper.slips_print, name="slips_print"),
    path("<int:session_id>/slips/<int:group_id>/reprint/", paper.slips_reprint, name="slips_reprint"),
    path("<int:session_id>/slips/void/", paper.slip_void, name="slip_void"),
    path("<int:session_id>/slips/spoil/", paper.slip_spoil, name="slip_spoil"),
    path("<int:session_id>/slips/exchange/", paper.slip_exchange, name="slip_exchange"),
    path("<int:session_id>/rehearsal/", rehearsal.rehearsal, name="rehearsal"),
    path("<int:session_id>/rehearsal/start/", rehearsal.rehearsal_start, name="rehearsal_start"),
    path("<int:session_id>/rehearsal/finish/", rehearsal.rehearsal_finish, name="rehearsal_finish"),
    path("<int:session_id>/rehearsal/discard/", rehearsal.rehearsal_discard, name="rehearsal_discard"),
    path("<int:session_id>/steward/", steward.steward, name="steward"),
    path("<int:session_id>/steward/slip/", steward.steward_slip, name="steward_slip"),
    path("<int:session_id>/screens/", halls.hall_remote, name="hall_remote"),
    path("<int:session_id>/voting/open/", sessions.voting_open, name="voting_open"),
    path("<int:session_id>/voting/close/", sessions.voting_close, name="voting_close"),
    path("<int:session_id>/turnout/", halls.turnout, name="turnout"),
    path("<int:session_id>/turnout/part/", halls.turnout_renewed, name="turnout_part"),
    path("<int:session_id>/ledger/", counting.ledger, name="ledger"),
    path("<int:session_id>/urn/", counting.urn_open, name="urn_open"),
    path("<int:session_id>/record/", counting.record, name="record"),
    path("<int:session_id>/release/", sessions.release, name="release"),
    # Public. The slip's secret stands behind "#", which browsers do not send.
    path("cast/<int:session_id>", casting.cast, name="cast"),
    path("cast/<int:session_id>/submit", submitting.cast_submit, name="cast_submit"),
    path("cast/<int:session_id>/status", submitting.cast_status, name="cast_status"),
    path("hall/<str:hall_key>/", halls.hall, name="hall"),
    path("hall/<str:hall_key>/part/", halls.hall_part, name="hall_part"),
    path("hall/<str:hall_key>/turnout/", halls.hall_turnout, name="hall_turnout"),
]
