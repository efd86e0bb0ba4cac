from django.apps import AppConfig


class PaperBallotsConfig(AppConfig):
    name = "apps.paper_ballots"
    verbose_name = "纸质票"
