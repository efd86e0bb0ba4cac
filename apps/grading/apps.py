from django.apps import AppConfig


class GradingConfig(AppConfig):
    name = "apps.grading"
    verbose_name = "等次"

    def ready(self) -> None:
        from apps.common.kit import navigation
        from apps.documents.kit import jobs, readers
        from apps.grading import (
            receivers,  # noqa: F401 -- imported to be connected
            tasks,
        )
        from apps.grading.policies import may_read_bundle, may_read_letter_file
        from apps.grading.selectors.todos import grading_todos
        from apps.grading.services.letters import BUNDLE_FILE, LETTER_FILE, LETTERS_JOB
        from apps.notifications.kit import todos

        jobs.register(LETTERS_JOB, tasks.make_feedback_letters)
        readers.register(LETTER_FILE, may_read_letter_file)
        readers.register(BUNDLE_FILE, may_read_bundle)
        todos.register(grading_todos)
        for item in (
            navigation.NavItem(
                "等次", "grading:deliberation_list", 70, lambda user: bool(user.department_paths())
            ),
            navigation.NavItem("文书", "grading:letter_list", 75, lambda user: bool(user.department_paths())),
            navigation.NavItem(
                "我的反馈", "grading:my_feedback", 76, lambda user: user.secretary_id is not None
            ),
        ):
            navigation.register(item)
