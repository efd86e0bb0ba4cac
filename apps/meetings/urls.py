from django.urls import path

from apps.meetings.views import agenda, clock, commentary, meetings

app_name = "meetings"
urlpatterns = [
    path("", meetings.MeetingList.as_view(), name="meeting_list"),
    path("new/", meetings.meeting_create, name="meeting_create"),
    path("<int:meeting_id>/", meetings.meeting_detail, name="meeting_detail"),
    path("<int:meeting_id>/edit/", meetings.meeting_edit, name="meeting_edit"),
    path("<int:meeting_id>/attendance/", meetings.attendance_edit, name="attendance_edit"),
    path("<int:meeting_id>/record/", meetings.meeting_record, name="meeting_record"),
    path("<int:meeting_id>/agenda/", agenda.meeting_agenda, name="meeting_agenda"),
    path("<int:meeting_id>/agenda/move/", agenda.agenda_move, name="agenda_move"),
    path("<int:meeting_id>/lots/", agenda.lots_draw, name="lots_draw"),
    path("<int:meeting_id>/countdown/", clock.countdown, name="countdown"),
    path("<int:meeting_id>/clock/", clock.clock, name="clock"),
    path("<int:meeting_id>/commentary/<int:reviewee_id>/", commentary.commentary_page, name="commentary"),
    path("commentary/<int:commentary_id>/save/", commentary.commentary_save, name="commentary_save"),
    path("commentary/<int:commentary_id>/panel/", commentary.commentary_panel, name="commentary_panel"),
    path("commentary/<int:commentary_id>/remove/", commentary.commentary_remove, name="commentary_remove"),
    path("commentary/<int:commentary_id>/problems/", commentary.problem_add, name="problem_add"),
    path("problems/<int:problem_id>/edit/", commentary.problem_edit, name="problem_edit"),
    path("problems/<int:problem_id>/remove/", commentary.problem_remove, name="problem_remove"),
]
