from django.apps import AppConfig

LABELS = {
    "documents.job_requested": "发起任务",
    "documents.job_cancelled": "取消任务",
    "documents.job_retried": "重试任务",
    "documents.file_stored": "存入文件",
    "documents.file_downloaded": "下载文件",
}


class DocumentsConfig(AppConfig):
    name = "apps.documents"
    verbose_name = "文书"

    def ready(self) -> None:
        from apps.accounts.domain.roles import DEPARTMENT_ROLES
        from apps.audit.kit import labels
        from apps.common.kit import exports
        from apps.common.kit.navigation import NavItem, register
        from apps.documents import (
            receivers,  # noqa: F401 -- connects them
            services,
        )
        from apps.documents.kit import jobs, readers

        exports.set_door("documents:list_export")
        jobs.register(services.EXPORT_JOB, services.export_list)
        readers.register(services.EXPORT_FILE, lambda user, file: file.created_by_id == user.pk)
        labels.register(LABELS)
        labels.register_details({"kind": "类别", "sha256": "SHA-256"})
        register(
            NavItem("任务", "documents:job_list", 85, lambda actor: actor.holds(*DEPARTMENT_ROLES), "系统")
        )
