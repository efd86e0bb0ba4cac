"""The Celery application. Queues carry ids only; what is true stands in PostgreSQL (`documents.Job`)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")

app = Celery("shupingkao")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
