"""The test suite: same engines, cheaper password hashing, files in a throw-away folder."""

import os
import tempfile

os.environ.setdefault("SPK_HOLDS_DIR", tempfile.mkdtemp(prefix="spk-holds-"))
os.environ.setdefault("SECRET_KEY", "test-only-" + "x" * 50)
os.environ.setdefault("DATABASE_URL", "postgresql:///postgres")

from config.settings.base import *  # noqa: F403 -- settings inherit by import

ALLOWED_HOSTS = ["*"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
APPLICATION_ROLE = "spk_app"  # tests own their database; what runs beside them and in other threads does not
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
FIELDS_KEPT_SECONDS = (
    3600  # each test begins with the fields a new installation has, however slow the machine
)
CONFIRMATION_LASTS = (
    3600  # seconds; a journey through a year signs in once and takes longer than five minutes
)
SECOND_FACTOR_ROLES = []  # so that tests sign administrators in; tests/accounts sets the real list
# Argon2 stays (the code path is the one users meet); its cost is cut by tests/conftest.py.
