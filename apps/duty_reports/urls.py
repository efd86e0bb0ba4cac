from django.urls import path

from apps.duty_reports.lists import ProblemList, ReportList
from apps.duty_reports.views import reading, reviewing, writing

app_name = "duty_reports"
urlpatterns = [
    path("", ReportList.as_view(), name="report_list"),
    path("board/", reviewing.report_board, name="report_board"),
    path("mine/", writing.my_report, name="my_report"),
    path("problems/", ProblemList.as_view(), name="problem_list"),
    path("cycles/<int:cycle_id>/remind/", reviewing.cycle_remind, name="cycle_remind"),
    path("<int:report_id>/", reading.report_detail, name="report_detail"),
    path("<int:report_id>/print/", reading.report_print, name="report_print"),
    path("<int:report_id>/rounds/", reading.report_rounds, name="report_rounds"),
    path("<int:report_id>/edit/", writing.report_edit, name="report_edit"),
    path("<int:report_id>/sections/<int:section_id>/", writing.section_save, name="section_save"),
    path("<int:report_id>/follow-ups/<int:follow_up_id>/", writing.follow_up_save, name="follow_up_save"),
    path("<int:report_id>/save/", writing.report_save, name="report_save"),
    path("<int:report_id>/submit/", writing.report_submit, name="report_submit"),
    path("<int:report_id>/problems/", writing.problem_add, name="problem_add"),
    path("<int:report_id>/problems/<int:problem_id>/remove/", writing.problem_remove, name="problem_remove"),
    path("<int:report_id>/return/", reviewing.report_return, name="report_return"),
    path("<int:report_id>/approve/", reviewing.report_approve, name="report_approve"),
]
