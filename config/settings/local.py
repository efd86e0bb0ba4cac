"""`make run`: one machine, plain HTTP, engines started by the launcher."""

from config.settings.base import *  # noqa: F403 -- settings inherit by import

ALLOWED_HOSTS = ["*"]  # the launcher decides the address it binds to
