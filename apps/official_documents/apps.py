from django.apps import AppConfig


class OfficialDocumentsConfig(AppConfig):
    name = "apps.official_documents"
    verbose_name = "文书"

    def ready(self) -> None:
        from apps.official_documents.kinds import register_kinds

        register_kinds()
