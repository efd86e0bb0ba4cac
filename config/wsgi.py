"""WSGI entry, served by granian."""

import os

from django.core.wsgi import get_wsgi_application

from config import celery  # noqa: F401 -- binds the shared tasks to our application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
application = get_wsgi_application()
