"""Settings that hold everywhere. Rules of a review are rows of its cycle, never settings."""

from pathlib import Path

from celery.schedules import crontab

from config import env

BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = env.folder("SPK_VAR_DIR", BASE_DIR / "var")
HOLDS_DIR = env.folder(
    "SPK_HOLDS_DIR", VAR_DIR / "holds"
)  # halves of session keys: never in the database's backup

SECRET_KEY = env.text("SECRET_KEY")
DEBUG = False
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    # A higher app may listen to a lower one, so the order is that of the house, from the ground up.
    "apps.common",
    "apps.audit",
    "apps.organizations",
    "apps.secretaries",
    "apps.accounts",
    "apps.documents",
    "apps.notifications",
    "apps.security_checks",
    "apps.rosters",
    "apps.cycles",
    "apps.duty_reports",
    "apps.meetings",
    "apps.assessments",
    "apps.evaluations",
    "apps.paper_ballots",
    "apps.scoring",
    "apps.grading",
    "apps.rectification",
    "apps.insights",
    "apps.official_documents",
    "apps.archives",
    "apps.portal",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",  # its widget templates, for FORM_RENDERER
    "django.contrib.postgres",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "axes",
    "pgtrigger",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "config.short_way.ShortWayMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "apps.audit.middleware.AuditMiddleware",  # outside of what turns refusals into answers
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "apps.accounts.middleware.SessionLifeMiddleware",
    "apps.accounts.middleware.PasswordChangeMiddleware",
    "apps.accounts.middleware.SecondFactorMiddleware",
    "apps.accounts.middleware.ConfirmationMiddleware",
    "apps.common.middleware.DomainErrorMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": env.database() | {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}}
# Web, worker and scheduler use DATABASE_URL; only migrations and the cutting of the log use the owner, see docs/operations.md.
OWNER_DATABASE = env.database("OWNER_DATABASE_URL") if env.text("OWNER_DATABASE_URL", "") else None
APPLICATION_ROLE = DATABASES["default"]["USER"] if OWNER_DATABASE else ""
APPLICATION_PASSWORD = DATABASES["default"]["PASSWORD"]
if OWNER_DATABASE and OWNER_DATABASE["USER"] == APPLICATION_ROLE:
    OWNER_DATABASE, APPLICATION_ROLE = None, ""
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "apps.accounts.kit.backends.NameLockBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["apps.accounts.kit.hashers.OwaspArgon2Hasher"]
PASSWORD_LENGTH = 10
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "apps.accounts.kit.validators.PolicyValidator", "OPTIONS": {"min_length": PASSWORD_LENGTH}},
]
PASSWORD_DAYS = env.integer("SPK_PASSWORD_DAYS", 90)  # then a new one is asked for; 0: never
PASSWORDS_REMEMBERED = 5  # of the last ones none may be taken again
INITIAL_SECRET_DAYS = 14  # a one-time password is good for so long
UNUSED_DAYS = 90  # an account nobody signs in to for so long is shut
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "portal:home"
LOGOUT_REDIRECT_URL = "accounts:login"
SECOND_FACTOR_ROLES = ["system_admin", "security_admin", "audit_admin"]  # others may have one
CONFIRMATION_LASTS = 300  # seconds until a dangerous act asks for the password again

# A whole hall shares one address: lock the name, never the address.
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # trying again must not lengthen the lock
AXES_DISABLE_ACCESS_LOG = True
AXES_LOCKOUT_CALLABLE = "apps.accounts.views.signing.locked_out"
AXES_VERBOSE = False

SESSION_ENGINE = "apps.accounts.kit.sessions"
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS = 12 * 3600
IDLE_SECONDS = env.integer("SPK_IDLE_MINUTES", 30) * 60
ADMIN_IDLE_SECONDS = env.integer("SPK_ADMIN_IDLE_MINUTES", 15) * 60
ONE_SESSION = env.text(
    "SPK_ONE_SESSION", "alert"
)  # a second sign-in: "alert" both windows, or "end" the first
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
CSRF_USE_SESSIONS = False
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    },
}

PROTECTION_LEVEL = env.integer("SPK_PROTECTION_LEVEL", 2)  # of GB/T 22240, as the system was graded
BACKUP_DIR = env.text("SPK_BACKUP_DIR", "")  # where backups appear; only looked at, see the self-check page
OFFSITE_BACKUP_DIR = env.text("SPK_OFFSITE_BACKUP_DIR", "")
TRUSTED_PROXIES = env.words("SPK_TRUSTED_PROXIES")  # addresses whose X-Forwarded-For is believed
FIELDS_KEPT_SECONDS = 5  # how long a process goes on with the names of the fields (领域) it has read
AUDIT_COPY_DIR = env.folder("SPK_AUDIT_COPY_DIR", VAR_DIR / "audit-copies")  # best on another machine
AUDIT_ALARM_REFUSALS = env.integer("SPK_ALARM_REFUSALS", 10)  # of one account within the minutes
AUDIT_ALARM_MINUTES = env.integer("SPK_ALARM_MINUTES", 5)
AUDIT_HASH_SUITE = env.text("SPK_AUDIT_HASH", "sha256")  # or sm3; each entry of the log says which it used

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

ASSETS_DIR = env.folder("SPK_ASSETS_DIR", VAR_DIR / "assets")  # built from npm packages, see config/launcher
FONTS_DIR = env.folder("SPK_FONTS_DIR", VAR_DIR / "fonts")
SITE_FONTS_DIR = env.folder("SPK_SITE_FONTS_DIR", VAR_DIR / "site-fonts")  # licensed fonts of the operator
STATIC_URL = "/static/"
STATIC_ROOT = env.folder("SPK_STATIC_ROOT", VAR_DIR / "static")
STATICFILES_DIRS = [BASE_DIR / "static", ASSETS_DIR]
# What libraries bring for pages of theirs that we do not show would be most of what is compressed.
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = env.folder(
    "SPK_FILES_DIR", VAR_DIR / "files"
)  # only reached through documents' checked download
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000
FILE_UPLOAD_PERMISSIONS = 0o600

REDIS_URL = env.text("REDIS_URL", "redis://localhost:6379/0")
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    # A page must not wait for a queue that is down: the job row is there, the sweeper sends it.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.1,
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_max": 0.2}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = {
    "tidy-accounts": {"task": "apps.accounts.tasks.tidy", "schedule": crontab(hour=3, minute=10)},
    "sweep-jobs": {
        "task": "apps.documents.tasks.sweep_jobs",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "nightly-log": {"task": "apps.audit.tasks.nightly", "schedule": crontab(hour=2, minute=30)},
    "sweep-files": {"task": "apps.documents.tasks.sweep_files", "schedule": 3600.0},
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "apps.accounts.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["apps.accounts.api.authentication.MayCall"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "apps.common.api.paging.Pagination",
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "apps.common.api.negotiation.OneFormat",
    "EXCEPTION_HANDLER": "apps.common.api.refusals.refuse_in_words",
    "PAGE_SIZE": 50,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "述评考 API",
    "VERSION": "1",
    "DESCRIPTION": "与网页同样的权限和范围。拒绝一律为 {code, detail}；翻页用 page 和 page_size。",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "OrganizationKind": "apps.organizations.domain.kinds.OrganizationKind.choices",
        "AppointmentKind": "apps.secretaries.domain.kinds.AppointmentKind.choices",
        "EndReason": "apps.secretaries.domain.reasons.EndReason.choices",
        "ChangeKind": "apps.organizations.domain.history.ChangeKind.choices",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "apps.common.api.openapi.add_refusals",
    ],
}

# Names are locked whatever the address or browser, so a change of either evades nothing.
SILENCED_SYSTEM_CHECKS = ["axes.W006"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"no_ballots": {"()": "apps.evaluations.kit.quiet.NoBallots"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "axes": {"level": "ERROR"},
        "fontTools": {"level": "WARNING"},
        "django.db.backends": {"filters": ["no_ballots"]},
    },
}
