from django.apps import AppConfig


class DutyReportsConfig(AppConfig):
    name = "apps.duty_reports"
    verbose_name = "述职报告"
