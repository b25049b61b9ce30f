"""Settings. What differs between machines comes from the environment: docs/settings.md."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from claimtracker.environment import Environment

BASE_DIR = Path(__file__).resolve().parent.parent

env = Environment(BASE_DIR)

# ---- this machine ---------------------------------------------------------------------------

DEBUG = env.flag("DEBUG", False)
SECRET_KEY = env.secret_key("SECRET_KEY", is_debug=DEBUG)
# Old keys, while sessions signed with them run out.
SECRET_KEY_FALLBACKS = env.names("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = env.allowed_hosts("ALLOWED_HOSTS", is_debug=DEBUG)

PORT = env.number("PORT", 8000, at_least=1)
# Absolute addresses (feeds, ClaimReview, mails) start with it; its scheme decides about cookies.
SITE_URL = env.address("SITE_URL", f"http://127.0.0.1:{PORT}")
IS_HTTPS = SITE_URL.startswith("https://")

# How many proxies in front of us write X-Forwarded-For and X-Forwarded-Proto.
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 0)

ROOT_URLCONF = "claimtracker.urls"
WSGI_APPLICATION = "claimtracker.wsgi.application"

INSTALLED_APPS = [
    "claimtracker.apps.ClaimtrackerConfig",
    "statements.apps.StatementsConfig",
    "sources.apps.SourcesConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "rest_framework.authtoken",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "simple_history",
    "axes",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "claimtracker.middleware.SayWhenUnavailable",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "claimtracker.middleware.ContentPolicy",
    "claimtracker.middleware.TagPublicAnswers",
    "claimtracker.middleware.RefuseBadInput",
    "claimtracker.middleware.OnlyReadInPublic",
    "claimtracker.personal.Sessions",
    "django.middleware.common.CommonMiddleware",
    "claimtracker.personal.Csrf",
    "claimtracker.personal.Authentication",
    "claimtracker.personal.Messages",
    "claimtracker.middleware.DeskTimeZone",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "claimtracker.personal.history",
    "axes.middleware.AxesMiddleware",
]

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

# ---- database -------------------------------------------------------------------------------

# Seconds one SQL statement of a web request may take (PostgreSQL); 0 is no limit.
STATEMENT_TIMEOUT_SECONDS = env.number("STATEMENT_TIMEOUT_SECONDS", 15)
# Connections that one process keeps open at most (PostgreSQL).
DATABASE_POOL_SIZE = env.number("DATABASE_POOL_SIZE", 8, at_least=1)


def _database(settings: dict[str, Any]) -> dict[str, Any]:
    """Returns Django's settings of one database, completed for the engine that it names."""
    options: dict[str, Any] = settings.setdefault("OPTIONS", {})
    match settings.get("ENGINE", ""):
        case "django.db.backends.sqlite3":
            if settings["NAME"] != ":memory:":
                file = BASE_DIR / settings["NAME"]
                file.parent.mkdir(parents=True, exist_ok=True)
                settings["NAME"] = str(file)
            # Reconnecting costs as much as a query: connections are kept for good.
            settings["CONN_MAX_AGE"] = None
            options |= {
                "timeout": 10,
                "transaction_mode": "IMMEDIATE",
                "init_command": (
                    "PRAGMA journal_mode = WAL;"
                    "PRAGMA synchronous = NORMAL;"
                    "PRAGMA foreign_keys = ON;"
                    # Or INSERT OR REPLACE deletes a sealed row without its trigger seeing it.
                    "PRAGMA recursive_triggers = ON;"
                    # As much as SQLite allows: a page of the file that is mapped is not copied.
                    "PRAGMA mmap_size = 2147418112;"
                ),
            }
        case "django.db.backends.postgresql":
            # The pool keeps the connections, and checks one before lending it.
            settings["CONN_MAX_AGE"] = 0
            settings["CONN_HEALTH_CHECKS"] = True
            options["pool"] = {
                "min_size": 1,
                "max_size": DATABASE_POOL_SIZE,
                # A request waits so long for a connection, then says 503 ...
                "timeout": 5,
                # ... and the next one tries anew: with the pool's own patience (5 minutes, longer
                # pauses each time) a server that is back would stay unnoticed for a while.
                "reconnect_timeout": 2,
            }
            options.setdefault("connect_timeout", 5)
            if STATEMENT_TIMEOUT_SECONDS:
                options["options"] = f"-c statement_timeout={STATEMENT_TIMEOUT_SECONDS * 1000}"
        case other if other:
            env.faults.append(f"DATABASE_URL must start with sqlite:// or postgresql://: {other}")
    return settings


DATABASES = {
    "default": _database(env.database("DATABASE_URL", "sqlite:///var/claimtracker.sqlite3")),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Finished public pages kept in front of Django, in each process; 0 keeps none.
FRONT_MEGABYTES = env.number("FRONT_MEGABYTES", 0 if DEBUG else 32)
# Names this build in ETags; made from the code when empty.
BUILD_ID = env.text("BUILD_ID")

CACHES = {"default": env.cache("CACHE_URL", "locmem://")}

# ---- files ----------------------------------------------------------------------------------

# Bytes of snapshots, by sha256. Not served: a view decides who may fetch them.
BLOB_DIR = env.path("BLOB_DIR", "var/blobs")
# The files under /exports/, kept until something public changes. Can be deleted at any time.
EXPORT_DIR = env.path("EXPORT_DIR", "var/exports")
STATIC_URL = "/static/"
STATIC_ROOT = env.path("STATIC_ROOT", "var/static")
# There is no "default" storage: a file without a decided place is a mistake.
STORAGES: dict[str, dict[str, Any]] = {
    "blobs": {
        "BACKEND": "sources.storage.WholeFiles",
        "OPTIONS": {
            "location": BLOB_DIR,
            "file_permissions_mode": 0o640,
            "directory_permissions_mode": 0o750,
        },
    },
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        ),
    },
}

# A bucket instead of the folder. Without a key what every program for S3 finds is taken.
BLOB_S3_BUCKET = env.text("BLOB_S3_BUCKET")
BUCKET: dict[str, Any] = {
    "bucket_name": BLOB_S3_BUCKET,
    "endpoint_url": env.text("BLOB_S3_ENDPOINT") or None,
    "region_name": env.text("BLOB_S3_REGION") or None,
    "location": env.text("BLOB_S3_PREFIX"),
    "access_key": env.text("BLOB_S3_KEY") or None,
    "secret_key": env.text("BLOB_S3_SECRET") or None,
    "file_overwrite": True,  # the same name is the same bytes
}
if BLOB_S3_BUCKET:
    STORAGES["blobs"] = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": BUCKET}
    try:
        from botocore.config import Config  # only where it is needed: 90 MB
    except ImportError:
        env.faults.append('BLOB_S3_BUCKET needs a package: pip install "django-storages[s3]".')
    else:
        BUCKET["client_config"] = Config(
            connect_timeout=5, read_timeout=30, retries={"total_max_attempts": 3}
        )

# ---- fetching pages -------------------------------------------------------------------------

# Ports of other sites that may be opened, besides the rules in sources/safenet.py.
CAPTURE_PORTS = env.numbers("CAPTURE_PORTS", (80, 443, 8080, 8443))
# Lets captures open addresses of this very machine, at any port: for trying things out.
CAPTURE_ALLOWS_LOOPBACK = env.flag("CAPTURE_LOOPBACK", False)
if CAPTURE_ALLOWS_LOOPBACK and not DEBUG:
    env.faults.append("CAPTURE_LOOPBACK opens this machine to captures: only with DEBUG=true.")
# How often the page of a source is looked at again; 0 is never.
CHECK_EVERY_DAYS = env.number("CHECK_EVERY_DAYS", 30)
# Who asks, as other sites read it in their logs.
CAPTURE_USER_AGENT = f"Mozilla/5.0 (compatible; claimtracker; +{SITE_URL})"

# Work that takes time waits in our own database until a worker does it (manage.py db_worker).
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# ---- uploads --------------------------------------------------------------------------------

# Largest request body with a file in it, and without one.
MAX_UPLOAD_MEGABYTES = env.number("MAX_UPLOAD_MEGABYTES", 25, at_least=1)
MAX_FORM_MEGABYTES = env.number("MAX_FORM_MEGABYTES", 5, at_least=1)
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_FORM_MEGABYTES * 1024 * 1024

# ---- people ---------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"

# By name and address together: by address alone, one guesser would lock out a whole newsroom.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "claimtracker.proxies.client_address"
AXES_LOCKOUT_CALLABLE = "claimtracker.middleware.locked_out"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# Reasons are sentences, and must never be cut.
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True
SIMPLE_HISTORY_DATE_INDEX = False  # a history is looked up by its row

# ---- what browsers are told -----------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_SSL_REDIRECT = IS_HTTPS
# Probes ask on the machine itself, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = env.number("HSTS_SECONDS", 31_536_000) * IS_HTTPS
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.flag("HSTS_INCLUDE_SUBDOMAINS", False)
SECURE_HSTS_PRELOAD = SECURE_HSTS_INCLUDE_SUBDOMAINS
# Whether the names below ours are served over TLS too is for whoever owns them to say.
# W003 looks for Django's own class by name; `personal.Csrf` is that class, for desk and log-in.
SILENCED_SYSTEM_CHECKS = ["security.W003", "security.W005", "security.W021"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = env.number("SESSION_HOURS", 12, at_least=1) * 3600
SESSION_SAVE_EVERY_REQUEST = False
CSRF_TRUSTED_ORIGINS = [SITE_URL]

# ---- language and time ----------------------------------------------------------------------

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
# Django 6 does this by itself: an address typed without a scheme is https.
FORMS_URLFIELD_ASSUME_HTTPS = True

# ---- API ------------------------------------------------------------------------------------

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    # Who may do what is decided in sources.api.base and, for changes, by the operations.
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_FILTER_BACKENDS": [],
    "DEFAULT_PAGINATION_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "sources.api.openapi.Described",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["sources.api.parsing.StrictJson"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "sources.api.parsing.OneSpelling",
    "DEFAULT_THROTTLE_RATES": {"token": "20/min"},
    "EXCEPTION_HANDLER": "sources.api.errors.handle",
    "URL_FORMAT_OVERRIDE": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "claimtracker API",
    "DESCRIPTION": (
        "Claims, what was found about them and on what it rests. "
        "Reading is open; work takes a token or a session."
    ),
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "sources.api.openapi.answers_may_be_both",
        "sources.api.openapi.bodies_are_closed",
    ],
    # Enums that are called alike in several shapes.
    "ENUM_NAME_OVERRIDES": {
        "ClaimKindEnum": "statements.vocabulary.ClaimKind",
        "SpeakerKindEnum": "statements.vocabulary.SpeakerKind",
        "AgreementKindEnum": "statements.vocabulary.AgreementKind",
        "CorrectionKindEnum": "statements.vocabulary.CorrectionKind",
        "RevisionKindEnum": "statements.vocabulary.RevisionKind",
        "RevisionChoiceEnum": "statements.vocabulary.REVISION_CHOICES",
        "ReplyOutcomeEnum": "statements.vocabulary.ReplyOutcome",
        "RelationKindEnum": "statements.vocabulary.RelationKind",
        "ProposalKindEnum": "statements.vocabulary.ProposalKind",
        "VerdictEnum": "statements.vocabulary.VerdictCode",
        "StateEnum": "statements.vocabulary.State",
        "PublicStateEnum": "statements.vocabulary.PublicState",
        "PublisherKindEnum": "sources.vocabulary.PublisherKind",
        "SourceKindEnum": "sources.vocabulary.SourceKind",
    },
}

# ---- logging --------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.text("LOG_LEVEL", "WARNING").upper()},
    "loggers": {
        # Django's own handlers print only with DEBUG on; ours always do.
        "django": {"handlers": [], "level": "NOTSET", "propagate": True},
        # A page that is not there is no news; errors of ours are.
        "django.request": {"level": "ERROR"},
        "django.server": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
    },
}

env.finish()
