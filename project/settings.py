"""Django's settings, wired from the environment."""

from typing import Any

import structlog
from django.utils.module_loading import import_string
from structlog.tracebacks import ExceptionDictTransformer

from base.tracing import listener
from orders.journal.core.shares import Lane, Route
from project import counters
from project import env as environment
from project.database import databases, session_settings
from project.secrets import secrets_of, without_query, without_secrets

env = environment.current()
if env.prometheus_multiproc_dir:
    counters.share(env.prometheus_multiproc_dir)
if env.traces_url:
    try:
        listener.traces = import_string("project.traces.told_to")(env.traces_url)
    except ImportError as error:
        environment.stop(f"TRACES_URL: needs what requirements/tracing.txt names: {error}")

SECRET_KEY = env.secret_key  # only the web server has it: elsewhere Django refuses to sign anything
ALLOWED_HOSTS = ["127.0.0.1", *env.allowed_hosts]  # who asks for its health asks on this host
DEBUG = False

ROOT_URLCONF = "project.urls"
WSGI_APPLICATION = "project.wsgi.application"

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin.apps.SimpleAdminConfig",  # who serves no pages loads none: project.urls looks for them
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_celery_results",
    "django_celery_beat",
    "ninja",
    "inventory",
    "orders",
    "workers",
    "project",
]

MIDDLEWARE = [
    *(["project.traces.calls"] if env.traces_url else []),
    "project.api.api.straight_to_api",
    "project.browser.pages.bounded",
    "project.browser.pages.storable",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Before those of the admin's own style, which some of ours replace.
        "DIRS": [environment.PROJECT_FOLDER / "project" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DATABASE_SESSION = session_settings(lock_timeout_ms=env.lock_timeout_ms, statement_timeout_ms=env.statement_timeout_ms)
DATABASES = databases(
    env.database_url,
    env.database_read_url,
    pool_connections_max=env.database_pool,
    lock_timeout_ms=env.lock_timeout_ms,
    statement_timeout_ms=env.statement_timeout_ms,
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("MinimumLengthValidator", "CommonPasswordValidator", "NumericPasswordValidator")
]
LOGIN_REDIRECT_URL = "admin:index"
# An operator's day, and no longer than the browser is open.
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
# TLS ends at the proxy, so that Django sees plain HTTP.
CSRF_TRUSTED_ORIGINS = list(env.admin_origins)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = bool(env.admin_origins)
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "en-gb"
USE_I18N = False
FORMAT_MODULE_PATH = "project.formats"
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = env.ringup_home / "static"

SECRETS = secrets_of(env)
BROKER_URL = env.broker_url
DATABASE_URL = env.database_url  # notes go over a connection of their own, where the broker keeps none
ACCOUNTING_URL = env.accounting_url
ACCOUNTING_ADAPTER = env.accounting_adapter
PAYMENT_PROVIDERS = dict(env.payment_providers)
STRIPE_API_KEY = env.stripe_api_key
STRIPE_API_BASE = env.stripe_api_base
INVOICE_NUMBER_GENERATOR = env.invoice_number_generator
ALLOCATION_STRATEGY = env.allocation_strategy
STORES_OF_USER = "inventory.db.access.stores_of"
STORES_NAMED = "inventory.db.access.stores_named"
STOCK_PROMISED_BY = "orders.sales.db.promised.PROMISED"
INVOICE_POOL_LOW = env.invoice_pool_low
INVOICE_POOL_TARGET = env.invoice_pool_target
INVOICE_POOL_TARGET_MAX = env.invoice_pool_target_max
INVOICE_POOL_COVERS_MIN = env.invoice_pool_covers_min
INVOICE_POOL_EMPTY = env.invoice_pool_empty
COMMAND_BATCH_MAX = env.command_batch_max
COMMANDS_PENDING_MAX = env.commands_pending_max
SILENCE_MAX_S = env.silence_max_s
COMMAND_QUEUES = tuple(Route(store, Lane(lane) if lane else None, queue) for store, lane, queue in env.command_queues)
WAITERS_MAX = 500  # below the web server's blocking threads: a wait holds one
WAITERS_PER_TERMINAL_MAX = 20  # of a web server process: one till that waits for all it sent leaves room for the others
LOCK_TIMEOUT_MS = env.lock_timeout_ms
HOLD_EXPIRES_S = env.hold_expires_s
KEYS_KEPT_DAYS = env.keys_kept_days
ARCHIVE_AFTER_DAYS = env.archive_after_days
TERMINAL_REQUESTS_PER_S = env.terminal_requests_per_s
TRUSTED_PROXIES = env.trusted_proxies

UNFOLD = {
    "SITE_TITLE": "Ringup",
    "SITE_HEADER": "Ringup",
    "SHOW_VIEW_ON_SITE": False,
    "DASHBOARD_CALLBACK": "project.console.page.console",
    "LOGIN": {"form": "project.browser.login.LoginForm"},
    "STYLES": ["/static/console/lists.css"],
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "/static/ringup.svg"}],
    "SIDEBAR": {"show_all_applications": True, "navigation": "project.browser.menu.navigation"},
    "TABS": "project.browser.menu.tabs",
    "GLOBAL_CALLBACK": "project.browser.store_switch.switch",
}

# One JSON object a line: a shop's log collector needs no pattern for it.
LOG_STAMPS: list[Any] = [
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": LOG_STAMPS,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                # Without local variables: one of them may be a key.
                structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
                without_query,
                structlog.processors.JSONRenderer(default=str),
                without_secrets(SECRETS),
            ],
        }
    },
    "filters": {"uncounted": {"()": "base.http.come_back.Uncounted"}},
    "handlers": {"stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "json"}},
    "root": {"handlers": ["stdout"], "level": env.log_level},
    # Django's own handlers would mail administrators; errors go the same way as everything else.
    "loggers": {
        "django": {"handlers": [], "level": env.log_level, "propagate": True},
        "django.request": {"filters": ["uncounted"]},
        # Two lines for each command would be more work than the command.
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        # Its details are what customers pay with.
        "stripe": {"level": "WARNING"},
    },
}
structlog.configure(
    processors=[*LOG_STAMPS, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)
