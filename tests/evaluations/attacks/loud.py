"""Settings of a system whose administrator wants to know everything: every logger at DEBUG, nothing left out."""

from config.settings.local import *  # noqa: F403 -- settings inherit by import
from config.settings.local import LOGGING as QUIET

LOGGING = QUIET | {"root": {"handlers": ["console"], "level": "DEBUG"}, "loggers": {}}
