from django.apps import AppConfig


class RostersConfig(AppConfig):
    name = "apps.rosters"
    verbose_name = "花名册"
