"""Send waiting and lost jobs again by hand: `manage.py sweep_jobs` (the scheduler does it every ten seconds)."""

from django.core.management.base import BaseCommand

from apps.documents.tasks import sweep_jobs


class Command(BaseCommand):
    help = "把丢失的、未发出的任务重新排队"

    def handle(self, *_args: object, **_options: object) -> None:
        sweep_jobs()
        self.stdout.write("已检查并重新发送。")
