"""The settings of one installation. Everything that differs between installations is an
environment variable, read by the small readers of `environment.py`; the README lists them."""

from pathlib import Path
from urllib.parse import urlparse

from django.utils.translation import gettext_lazy as _
from psycopg.conninfo import conninfo_to_dict

from kehra.site import environment
from kehra.site.paths import state_folder
from kehra.site.translations import locale_folders

SITE = Path(__file__).resolve().parent

DEMO = environment.flag("KEHRA_DEMO")
PRACTICE = environment.flag("KEHRA_PRACTICE")  # a banner on every page, and nothing leaves (site/practice.py)
DEBUG = False
SECRET_KEY = environment.text("KEHRA_SECRET_KEY")
# Seconds before which no 404 is sent: "not yours" takes as long as "not there" (`site/middleware.py`).
NOT_FOUND_AFTER = environment.number("KEHRA_NOT_FOUND_MS", 40) / 1000
PUBLIC_URL = environment.text("KEHRA_PUBLIC_URL", "http://127.0.0.1:8000")
ALLOWED_HOSTS = [str(urlparse(PUBLIC_URL).hostname), *environment.words("KEHRA_HOSTS")]

INSTALLED_APPS = [
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "mozilla_django_oidc",
    "procrastinate.contrib.django",
    "kehra.kernel.audit",
    "kehra.kernel.journal",
    "kehra.kernel.codes",
    "kehra.kernel.organisations",
    "kehra.kernel.catalogue",
    "kehra.kernel.people",
    "kehra.kernel.accounts",
    "kehra.library.operating_models",
    "kehra.serve.matters",
    "kehra.serve.tasks",
    "kehra.serve.contacts",
    "kehra.serve.messages.apps.MessagesConfig",
    "kehra.serve.booking",
    "kehra.serve.interpreting",
    "kehra.serve.reach",
    "kehra.serve.assessments",
    "kehra.serve.day_lists",
    "kehra.serve.rights",
    "kehra.serve.absences",
    "kehra.serve.corrections",
    "kehra.serve.records",
    "kehra.serve.retention",
    "kehra.serve.imports",
    "kehra.measure.waits",
    "kehra.site.apps.SiteConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kehra.site.middleware.headers",
    "kehra.kernel.time.clock.stamp_request",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "kehra.site.middleware.size",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "kehra.kernel.accounts.middleware.actor",
    "kehra.site.middleware.guard",
]

ROOT_URLCONF = "kehra.site.urls"
WSGI_APPLICATION = "kehra.site.wsgi.application"

TEMPLATES = [
    {
        "NAME": "pages",
        "BACKEND": "kehra.site.pages.engine.Pages",
        "DIRS": [],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "kehra.site.pages.engine.environment",
            "context_processors": ["kehra.site.pages.shell.shell"],
        },
    },
]

# One connection string; the role in it decides what the process may do (docs/security.md).
_database = conninfo_to_dict(environment.text("DATABASE_URL"))
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _database.pop("dbname", ""),
        "USER": _database.pop("user", ""),
        "PASSWORD": _database.pop("password", ""),
        "HOST": _database.pop("host", ""),
        "PORT": _database.pop("port", ""),
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": True,
        "OPTIONS": {
            "connect_timeout": 5,
            **_database,
            # One pool a process. Tests and commands open it lazily, so nothing forks after it is open.
            # While the database is away, people are told so soon, and each new request looks whether it is
            # back: the pool's own pauses would grow to minutes.
            "pool": {
                "min_size": 1,
                "max_size": environment.number("KEHRA_POOL", 8),
                "timeout": 4,
                "reconnect_timeout": 1,
            },
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["kehra.kernel.accounts.sign_in.Backend"]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

OIDC_ISSUER = environment.text("KEHRA_OIDC_ISSUER", "http://127.0.0.1:8001")
OIDC_RP_CLIENT_ID = environment.text("KEHRA_OIDC_CLIENT_ID", "kehra")
OIDC_RP_CLIENT_SECRET = environment.text("KEHRA_OIDC_CLIENT_SECRET", "")
OIDC_RP_SIGN_ALGO = "RS256"
OIDC_RP_SCOPES = "openid profile"
OIDC_USE_PKCE = True
OIDC_CREATE_USER = False
OIDC_TIMEOUT = 5  # Seconds; the person waits.
OIDC_AUTHENTICATION_CALLBACK_URL = "accounts:come_back"
# Levels of assurance (acr) that are strong enough, separated by commas; empty: whatever the provider gives.
OIDC_ACR = environment.words("KEHRA_OIDC_ACR")
# For whom the provider makes the access tokens that open the API.
OIDC_API_AUDIENCE = environment.text("KEHRA_OIDC_API_AUDIENCE", "kehra-api")
# Where the provider has its addresses: by default, where the demo's own has them.
OIDC_OP_AUTHORIZATION_ENDPOINT = environment.text("KEHRA_OIDC_AUTHORIZE", f"{OIDC_ISSUER}/authorize")
OIDC_OP_TOKEN_ENDPOINT = environment.text("KEHRA_OIDC_TOKEN", f"{OIDC_ISSUER}/token")
OIDC_OP_USER_ENDPOINT = environment.text("KEHRA_OIDC_USERINFO", f"{OIDC_ISSUER}/userinfo")
OIDC_OP_JWKS_ENDPOINT = environment.text("KEHRA_OIDC_JWKS", f"{OIDC_ISSUER}/jwks")
OIDC_OP_LOGOUT_ENDPOINT = environment.text("KEHRA_OIDC_END_SESSION", f"{OIDC_ISSUER}/end-session")

SESSION_COOKIE_NAME = "__Host-session"
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"  # Lax, not Strict: the identity provider sends people back by a link.
SESSION_COOKIE_AGE = 12 * 60 * 60  # Absolute, counted from signing in (kernel/accounts/sessions.py).
# How long a session may lie unused. A resident may sit at a library's machine; a professional has one's own.
SESSION_IDLE_MINUTES = {
    "resident": environment.number("KEHRA_IDLE_MINUTES_RESIDENT", 15),
    "professional": environment.number("KEHRA_IDLE_MINUTES_PROFESSIONAL", 30),
}
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "kehra.site.views.errors.stale_form"
LANGUAGE_COOKIE_NAME = "__Host-language"
LANGUAGE_COOKIE_SECURE = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LANGUAGE_CODE = "fi"
LANGUAGES = [("fi", _("Finnish")), ("sv", _("Swedish")), ("en", _("English"))]
LOCALE_PATHS = locale_folders()
TIME_ZONE = "Europe/Helsinki"
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [SITE / "static"]
STATIC_ROOT = environment.folder("KEHRA_STATIC", state_folder() / "static")

# Where the day lists of machines on this very computer are kept; empty: every machine fetches its own.
DAY_LISTS = environment.text("KEHRA_DAY_LISTS", "") or None

# What a form may hold without its files; larger requests are refused before they are read
# (site/middleware.py), larger ones than that are taken only where files are expected (`takes_files`).
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 10
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

# What was deleted when its time of keeping was up: deleted again after a restore. Best where the seals are.
DELETIONS_FOLDER = environment.folder("KEHRA_DELETIONS", state_folder() / "deletions")

EMAIL_BACKEND = environment.text("KEHRA_EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
EMAIL_FILE_PATH = environment.folder("KEHRA_EMAIL_FOLDER", state_folder() / "email")
EMAIL_HOST = environment.text("KEHRA_EMAIL_HOST", "localhost")
EMAIL_PORT = environment.number("KEHRA_EMAIL_PORT", 25)
EMAIL_TIMEOUT = 30  # Seconds: a mail server that says nothing must not keep a worker for ever.
DEFAULT_FROM_EMAIL = environment.text("KEHRA_EMAIL_FROM", "kehra@localhost")

# Who takes e-mails and text messages (docs/gateways.md). Without a gateway for text messages none are sent.
GATEWAYS = {
    "email": environment.text("KEHRA_EMAIL_GATEWAY", "kehra.serve.messages.gateways.smtp.Smtp"),
    "sms": environment.text("KEHRA_SMS_GATEWAY", ""),
    # Orders of interpreters go by e-mail to the interpreting service; without its address, by telephone.
    "interpreter": environment.text(
        "KEHRA_INTERPRETER_GATEWAY",
        "kehra.serve.messages.gateways.smtp.Smtp" if environment.text("KEHRA_INTERPRETER_EMAIL", "") else "",
    ),
}
if PRACTICE:
    # Whatever else is set: from a practice county nothing goes to anybody.
    EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    GATEWAYS = {
        "email": "kehra.serve.messages.gateways.demo.FakeEmail",
        "sms": "kehra.serve.messages.gateways.demo.FakeSms",
        "interpreter": "kehra.serve.messages.gateways.demo.FakeInterpreter",
    }
INTERPRETER_EMAIL = environment.text("KEHRA_INTERPRETER_EMAIL", "")
SMS_URL = environment.web_address("KEHRA_SMS_URL")
SMS_TOKEN = environment.text("KEHRA_SMS_TOKEN", "")
SMS_FROM = environment.text("KEHRA_SMS_FROM", "Kehra")
SMS_TIMEOUT = 10  # Seconds. Longer than any gateway should need; the job waits, nobody else does.

# To the terminal or the system's journal. Django's own default tells errors only by e-mail.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"places": {"()": "kehra.site.logs.Places"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "places"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # A page that is not found is no news.
    "loggers": {"django.request": {"level": "ERROR"}},
}

# Which system holds the record of each kind of data (docs/records.md).
RECORDS = environment.folder("KEHRA_RECORDS", SITE.parent / "serve" / "records" / "data" / "records.toml")

SILENCED_SYSTEM_CHECKS: list[str] = []
