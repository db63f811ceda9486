"""The one settings file. Everything that differs between machines comes from the environment.

`DATABASE_URL` and `REDIS_URL` name the two servers; `python3 start.py` sets them to its own.
Every name read here is explained in docs/operations.md.
"""

import logging
import sys
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from kombu import Queue

from policy_tracker.logs import with_ids

BASE_DIR = Path(__file__).resolve().parent.parent


class Environment(environ.Env):
    """What the machine's operator has set."""

    def get_value(self, var: str, *args: Any, **kwargs: Any) -> Any:
        """Return a setting's value. Raises ImproperlyConfigured with its name if it is invalid."""
        try:
            value = super().get_value(var, *args, **kwargs)
            if value == "" and kwargs.get("default", self.NOTSET) is self.NOTSET:
                raise ValueError("it is empty")
        except (ValueError, ImproperlyConfigured) as error:
            raise ImproperlyConfigured(f"{var}: {error}") from error
        return value


env = Environment()
environ.Env.read_env(BASE_DIR / ".env")

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY")
# Keys for telephone numbers in the database: the first one encrypts, all of them decrypt.
DATA_KEYS = env.list("DATA_KEYS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "csp",
    "pgtrigger",
    "rest_framework",
    "drf_spectacular",
    "policy_tracker",
    "agencies",
    "measures",
    "reports",
]

MIDDLEWARE = [
    "policy_tracker.middleware.readable_charset",
    "policy_tracker.middleware.storable_words",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "policy_tracker.middleware.size_limit",
    "django.middleware.csrf.CsrfViewMiddleware",
    "policy_tracker.middleware.plain_text",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "policy_tracker.middleware.audit_context",
    "policy_tracker.middleware.counted",
    "policy_tracker.middleware.never_stored",
    "policy_tracker.middleware.session_limits",
    "policy_tracker.middleware.SignedIn",
    "policy_tracker.middleware.new_password_first",
    "policy_tracker.middleware.second_factor_first",
    "policy_tracker.middleware.RuleBroken",
    "policy_tracker.middleware.wrong_method",
    "policy_tracker.replica.FromReplica",
]

ROOT_URLCONF = "policy_tracker.urls"
WSGI_APPLICATION = "policy_tracker.wsgi.application"
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
                "policy_tracker.navigation.frame",
            ],
            "builtins": ["policy_tracker.templatetags.words"],
        },
    }
]
FORM_RENDERER = "lib.widgets.FieldRenderer"

# --- servers -----------------------------------------------------------------------------------

DATABASES = {"default": env.db("DATABASE_URL")}
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
# Pages that only read may read from a replica that follows closely (policy_tracker/replica.py).
READ_LAG_SECONDS = env.float("READ_LAG_SECONDS", default=3)
READ_OWN_SECONDS = env.int("READ_OWN_SECONDS", default=10)
if _read_url := env.str("READ_DATABASE_URL", default=""):
    _replica = env.db_url_config(_read_url)
    _replica["OPTIONS"] = {"connect_timeout": 2, **_replica.get("OPTIONS", {})}
    DATABASES["replica"] = DATABASES["default"] | _replica
    DATABASE_ROUTERS = ["policy_tracker.replica.Router"]
# libpq's limits in seconds, the last one in milliseconds: without them a page waits a quarter of an
# hour for a machine that is gone without a word. What the URL names takes precedence.
_NETWORK = {
    **{"connect_timeout": 5, "keepalives_idle": 10, "keepalives_interval": 5},
    **{"keepalives_count": 3, "tcp_user_timeout": 20_000},
}
# Statements of lib/prepared.py are planned once, for any values; by default PostgreSQL plans the
# first runs each time. A page is too short for parallel workers or compilation to help. Set when a
# connection opens, because a setting made in a transaction is lost when it is rolled back.
_PLANNING = "-c plan_cache_mode=force_generic_plan -c max_parallel_workers_per_gather=0 -c jit=off"
for _database in DATABASES.values():
    _own = _database["OPTIONS"] = _NETWORK | _database.get("OPTIONS", {})
    if not _database.get("DISABLE_SERVER_SIDE_CURSORS"):  # a pooler would refuse these options
        _own["options"] = f"{_PLANNING} {_own.get('options', '')}".strip()
# Seconds that a migration waits for a table in use: all later queries wait behind it.
MIGRATION_LOCK_SECONDS = env.int("MIGRATION_LOCK_SECONDS", default=5)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        # Seconds. A sign-in calls it up to three times, and continues without it.
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
}
# Celery writes a Unix socket, and the database on it, differently from redis-py.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://").replace(
    "?db=", "?virtual_host="
)
CELERY_TIMEZONE = "Asia/Shanghai"
# Reports and sheets, for which people wait, have a queue of their own, so that workers can be kept
# for them (--queues). A worker without that option takes from both.
CELERY_TASK_QUEUES = [Queue("celery"), Queue("jobs")]
CELERY_TASK_ROUTES = {
    "reports.tasks.build_report": {"queue": "jobs"},
    "measures.tasks.run_sheet": {"queue": "jobs"},
}
# A killed worker's message goes back to the queue, and no worker hoards messages behind a long
# job. That alone is not enough: see lib.jobs.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# Seconds. At the first limit the job fails with a sentence, at the second its process is replaced.
# A PDF of thousands of pages takes ten. Uploaded sheets have lower limits (measures.tasks).
CELERY_TASK_SOFT_TIME_LIMIT, CELERY_TASK_TIME_LIMIT = 600, 660
# kB: a child process that laid out a document of thousands of pages is replaced.
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 600_000
CELERY_TASK_IGNORE_RESULT = True
CELERY_BEAT_SCHEDULER = "policy_tracker.one_beat.OneBeat"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# A page must not hang when the broker is gone: the sweep enqueues the job later.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 2, "socket_timeout": 5}

# --- people ------------------------------------------------------------------------------------

AUTH_USER_MODEL = "agencies.User"
AUTHENTICATION_BACKENDS = [
    "agencies.sign_in.backend.PeopleBackend",
    "agencies.sign_in.provider.ProviderBackend",
]
LOGIN_URL = "agencies:login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "agencies:login"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": env.int("PASSWORD_MIN_LENGTH", default=10)},
    },
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username", "name", "phone", "office_phone"]},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "agencies.accounts.passwords.ThreeKindsOfCharacters"},
    {"NAME": "agencies.accounts.passwords.NotTheAccountsName"},
]
PASSWORD_HISTORY = env.int("PASSWORD_HISTORY", default=5)
PASSWORD_MAX_DAYS = env.int("PASSWORD_MAX_DAYS", default=90)
# GB/T 22239-2019 requires these limits without numbers; each is a parameter with our default.
LOGIN_FAILURES_ALLOWED = env.int("LOGIN_FAILURES_ALLOWED", default=5)
LOGIN_LOCK_MINUTES = env.int("LOGIN_LOCK_MINUTES", default=15)
LOGIN_FAILURES_PER_ADDRESS = env.int("LOGIN_FAILURES_PER_ADDRESS", default=30)
TEMPORARY_PASSWORD_HOURS = env.int("TEMPORARY_PASSWORD_HOURS", default=72)
UNUSED_DAYS = env.int("UNUSED_DAYS", default=90)
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", default=False)
# Single sign-on by OpenID Connect: off until the issuer is set. The names are the library's.
OIDC_OP_ISSUER = env.str("OIDC_OP_ISSUER", default="")
OIDC_OP_AUTHORIZATION_ENDPOINT = env.str("OIDC_OP_AUTHORIZATION_ENDPOINT", default="")
OIDC_OP_TOKEN_ENDPOINT = env.str("OIDC_OP_TOKEN_ENDPOINT", default="")
OIDC_OP_JWKS_ENDPOINT = env.str("OIDC_OP_JWKS_ENDPOINT", default="")
OIDC_OP_END_SESSION_ENDPOINT = env.str("OIDC_OP_END_SESSION_ENDPOINT", default="")
OIDC_OP_USER_ENDPOINT = ""  # never called: the subject is in the token
OIDC_RP_CLIENT_ID = env.str("OIDC_RP_CLIENT_ID", default="")
OIDC_RP_CLIENT_SECRET = env.str("OIDC_RP_CLIENT_SECRET", default="")
OIDC_RP_SIGN_ALGO = env.str("OIDC_RP_SIGN_ALGO", default="RS256", choices=("RS256", "ES256"))
OIDC_VERIFY_KID = env.bool("OIDC_VERIFY_KID", default=True)
OIDC_RP_SCOPES = "openid"
OIDC_USE_PKCE = True
OIDC_TIMEOUT = 5  # seconds, for each of two requests
OIDC_AUTHENTICATION_CALLBACK_URL = "agencies:from_provider"
OIDC_SECOND_FACTOR_COUNTS = env.bool("OIDC_SECOND_FACTOR_COUNTS", default=False)
SESSION_ENGINE = "agencies.sign_in.sessions"
SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", default=30)
SESSIONS_MOST = env.int("SESSIONS_MOST", default=0)
SESSION_HOURS = env.int("SESSION_HOURS", default=10)

AUDIT_KEEP_MONTHS = env.int("AUDIT_KEEP_MONTHS", default=36)

SESSION_COOKIE_AGE = SESSION_HOURS * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
HTTPS = env.bool("HTTPS", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
# Subdomains may belong to other systems, and an internal name is in no browser's preload list.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
# For internal machines: a load balancer or Prometheus calls these without TLS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz(/all)?$", r"^metrics$"]
# Access to figures about the system: nobody until one of these is set.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
METRICS_NETWORKS = env.list("METRICS_NETWORKS", default=[])
TRUST_FORWARDED_FOR = env.bool("TRUST_FORWARDED_FOR", default=False)
CSRF_FAILURE_VIEW = "policy_tracker.views.stale_form"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        # Signing out redirects to the provider.
        "form-action": [SELF, *filter(None, [OIDC_OP_END_SESSION_ENDPOINT])],
        "frame-ancestors": [NONE],
    }
}

# --- language, time, files ---------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True  # Django's own sentences (form errors) in Chinese; ours are literals
LOCALE_PATHS = [BASE_DIR / "locale"]  # those of Django's sentences that we replace
USE_TZ = True
DATE_FORMAT = "Y-m-d"
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# No collectstatic in the default start; production sets STATIC_COLLECTED and runs it.
STATIC_COLLECTED = env.bool("STATIC_COLLECTED", default=False)
STATIC_ROOT = VAR_DIR / "static" if STATIC_COLLECTED else None
WHITENOISE_USE_FINDERS = not STATIC_COLLECTED
MEDIA_ROOT = VAR_DIR / "files"
# Uploads in progress: removed by Django, or each night if a killed process left them.
FILE_UPLOAD_TEMP_DIR = VAR_DIR / "uploads"
FILE_UPLOAD_TEMP_DIR.mkdir(parents=True, exist_ok=True)
# Readable only by this system's account, whatever its umask.
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o600, 0o700
# By default on the same disk as the data: if it breaks, both are lost.
BACKUP_DIR = Path(env.str("BACKUP_DIR", default=str(VAR_DIR / "backups")))
BACKUP_KEEP_DAYS = env.int("BACKUP_KEEP_DAYS", default=14)
BACKUP_RECIPIENT = env.str("BACKUP_RECIPIENT", default="")
# S3-compatible storage, off until a bucket is set: for files instead of MEDIA_ROOT, and for copies
# of backups.
FILES_BUCKET = env.str("FILES_BUCKET", default="")
BACKUP_BUCKET = env.str("BACKUP_BUCKET", default="")
BUCKET_ENDPOINT = env.str("BUCKET_ENDPOINT", default="")
BUCKET_REGION = env.str("BUCKET_REGION", default="us-east-1")
BUCKET_KEYS = {
    "access_key": env.str("BUCKET_ACCESS_KEY", default=""),
    "secret_key": env.str("BUCKET_SECRET_KEY", default=""),
}


def in_bucket(name: str) -> dict[str, object]:
    place = {"bucket_name": name, "endpoint_url": BUCKET_ENDPOINT, "region_name": BUCKET_REGION}
    return {"BACKEND": "lib.s3.S3Files", "OPTIONS": place | BUCKET_KEYS}


STORAGES = {
    "default": in_bucket(FILES_BUCKET)
    if FILES_BUCKET
    else {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "backups": in_bucket(BACKUP_BUCKET),
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
# The text of a form. A field's own limit shows the text again (422); this one cannot (413).
FORM_MB = 8
DATA_UPLOAD_MAX_MEMORY_SIZE = FORM_MB * 1024 * 1024
# A whole request, refused by its Content-Length before it is read.
UPLOAD_REQUEST_MB = env.int("UPLOAD_REQUEST_MB", default=64)
EVIDENCE_FILE_MB = env.int("EVIDENCE_FILE_MB", default=20)
EVIDENCE_PER_NOTE = env.int("EVIDENCE_PER_NOTE", default=10)
REPORT_AFTER_CLOSING = env.bool("REPORT_AFTER_CLOSING", default=True)
# 发文机关代字 of the documents numbered here; the office's own series is kept elsewhere.
REPORT_NUMBER_WORDS = {
    "progress": env.str("REPORT_PROGRESS_WORD", default="渝商务报告"),
    "circular": env.str("REPORT_CIRCULAR_WORD", default="渝商务通报"),
    "letter": env.str("REPORT_LETTER_WORD", default="渝商务提示"),
}
REPORT_FILE_DAYS = env.int("REPORT_FILE_DAYS", default=730)

# --- what leaves the product: nothing, until it is configured -----------------------------------

SITE_URL = env.str("SITE_URL", default="").rstrip("/")  # the base of links in e-mails and 待办
# smtp+tls://account:password@mail.example:587. Not a setting, as error pages would show it.
_email_url = env.str("EMAIL_URL", default="")
EMAIL_IS_ON = bool(_email_url)
_mail = env.email_url_config(_email_url or "dummymail://")
EMAIL_BACKEND = (
    "agencies.outbound.mail.CheckedEmailBackend" if EMAIL_IS_ON else _mail["EMAIL_BACKEND"]
)
EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_HOST"] or "", _mail["EMAIL_PORT"] or 25
EMAIL_HOST_USER = _mail["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = _mail.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _mail.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20  # seconds, for each step of the SMTP dialogue
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="")
WEBHOOK_URL = env.str("WEBHOOK_URL", default="")
WEBHOOK_SECRET = env.str("WEBHOOK_SECRET", default="")
WEBHOOK_ADAPTER = env.str("WEBHOOK_ADAPTER", default="agencies.outbound.todo_adapter.SignedJson")
# Private addresses that may be connected to: the office's own mail server and gateway.
OUTBOUND_NETWORKS = env.list("OUTBOUND_NETWORKS", default=[])
OUTBOX_DAYS = env.int("OUTBOX_DAYS", default=180)

# --- documents ---------------------------------------------------------------------------------

# The set of font names in documents, and the folder with the office's own fonts for our PDFs.
DOCUMENT_FONT_SET = env.str("DOCUMENT_FONT_SET", default="GB2312", choices=("GB2312", "GBK"))
DOCUMENT_FONTS_DIR = env.str("DOCUMENT_FONTS_DIR", default="")

# --- API ---------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["policy_tracker.parsers.FlatJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
    "PAGE_SIZE": 50,
    "EXCEPTION_HANDLER": "policy_tracker.api.explain",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "扩大进口工作跟踪平台",
    "VERSION": "1",
    "DISABLE_DOCSTRING_DESCRIPTIONS": True,  # ours are for readers of the code
    "COMPONENT_SPLIT_REQUEST": True,  # so that required texts are described as not empty
}

# --- logs --------------------------------------------------------------------------------------


def without_senders_traceback(record: logging.LogRecord) -> bool:
    """Drop the traceback of a malformed or too large request, which is the sender's fault."""
    if record.name.startswith("django.security"):
        record.exc_info = None
    return True


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "format": "{asctime}{levelname}{name}{request_id}{job}{message}",
            "style": "{",
            "json_ensure_ascii": False,
        },
    },
    "filters": {
        "ids": {"()": "django.utils.log.CallbackFilter", "callback": with_ids},
        "short": {"()": "django.utils.log.CallbackFilter", "callback": without_senders_traceback},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": env.str("LOG_FORMAT", default="line", choices=("line", "json")),
            "filters": ["ids", "short"],
            "stream": sys.stderr,
        }
    },
    "loggers": {
        # Refusals (403, 404, 409) are normal answers; the important ones are in the audit trail.
        "django.request": {"level": "ERROR"},
        "waitress.queue": {"level": "ERROR"},  # no warnings about requests that wait briefly
    },
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="WARNING")},
}
