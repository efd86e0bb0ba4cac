from django.apps import AppConfig

ACTIONS = {"archives.archive_made": "生成归档包"}
DETAILS = {"n_files": "文件数"}


class ArchivesConfig(AppConfig):
    name = "apps.archives"
    verbose_name = "归档"

    def ready(self) -> None:
        from apps.archives import tasks
        from apps.archives.kinds import ArchiveIndexKind
        from apps.archives.policies import may_read_archive
        from apps.archives.services import ARCHIVE_FILE, ARCHIVE_JOB
        from apps.audit.kit import labels
        from apps.common.kit import navigation
        from apps.documents.kit import jobs, readers
        from apps.official_documents.kit import kinds

        jobs.register(ARCHIVE_JOB, tasks.make_archive)
        readers.register(ARCHIVE_FILE, may_read_archive)
        kinds.register(ArchiveIndexKind())
        navigation.register(
            navigation.NavItem(
                "归档", "archives:archive_list", 82, lambda user: bool(user.department_paths()), "整改与总览"
            )
        )
        labels.register(ACTIONS)
        labels.register_details(DETAILS)
