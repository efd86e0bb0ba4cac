from django.apps import AppConfig

ACTIONS = {
    "official_documents.issued": "出具文书",
    "official_documents.read": "本人查收文书",
    "official_documents.revoked": "文书作废",
    "official_documents.outdated": "标明文书待重新出具",
    "official_documents.working_copy_taken": "下载文书工作稿",
    "official_documents.template_saved": "保存文书模板",
}
DETAILS = {
    "format": "格式",
    "number": "文号",
    "issue_no": "第几次出具",
    "version": "版本",
    "restored_from": "恢复自版本",
}


class OfficialDocumentsConfig(AppConfig):
    name = "apps.official_documents"
    verbose_name = "文书"

    def ready(self) -> None:
        from apps.audit.kit import labels
        from apps.common.kit import navigation
        from apps.documents.kit import jobs, readers
        from apps.grading.kit import submissions
        from apps.notifications.kit import todos
        from apps.official_documents import (
            receivers,  # noqa: F401 -- imported to be connected
            tasks,
        )
        from apps.official_documents.kinds import register_kinds
        from apps.official_documents.kinds.submissions import deliberation_sheets
        from apps.official_documents.policies import may_read_bundle, may_read_document_file
        from apps.official_documents.selectors.todos import document_todos
        from apps.official_documents.services import BUNDLE_FILE, DOCUMENT_FILE, DOCUMENTS_JOB

        register_kinds()
        submissions.register(deliberation_sheets)
        todos.register(document_todos)
        jobs.register(DOCUMENTS_JOB, tasks.make_documents)
        readers.register(DOCUMENT_FILE, may_read_document_file)
        readers.register(BUNDLE_FILE, may_read_bundle)
        for item in (
            navigation.NavItem(
                "文书",
                "official_documents:document_list",
                65,
                lambda user: bool(user.department_paths()),
                "得分与等次",
            ),
            navigation.NavItem(
                "我的反馈",
                "official_documents:my_feedback",
                3,
                lambda user: user.secretary_id is not None,
                "本人",
            ),
        ):
            navigation.register(item)
        labels.register(ACTIONS)
        labels.register_details(DETAILS)
