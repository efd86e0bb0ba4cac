from django.apps import AppConfig


class RectificationConfig(AppConfig):
    name = "apps.rectification"
    verbose_name = "整改"
