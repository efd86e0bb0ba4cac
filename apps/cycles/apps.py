from django.apps import AppConfig


class CyclesConfig(AppConfig):
    name = "apps.cycles"
    verbose_name = "年度周期"
