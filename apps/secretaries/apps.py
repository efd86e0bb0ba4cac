from django.apps import AppConfig


class SecretariesConfig(AppConfig):
    name = "apps.secretaries"
    verbose_name = "书记"
