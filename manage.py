#!/usr/bin/env python
"""Django's command line."""

import os
import sys


def main() -> None:
    """Run one command of Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
    from django.core.management import execute_from_command_line

    from config import celery  # noqa: F401 -- binds the shared tasks to our application

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
