"""What all four environments share: Django's own here, each subject of the shop in a file beside it.

Every variable that is read is listed in `.env.example`.
"""

import secrets

from django.utils.translation import gettext_lazy as _

from mxshop.settings import variables as env
from mxshop.settings.api import *  # noqa: F403  a subject of its own, as are the others
from mxshop.settings.databases import broker_from, caches_from, database_from
from mxshop.settings.here import *  # noqa: F403
from mxshop.settings.here import BASE_DIR, VAR_DIR
from mxshop.settings.messages import *  # noqa: F403
from mxshop.settings.trade import *  # noqa: F403
from mxshop.settings.users import *  # noqa: F403


def generated_secret() -> str:
    """Return this checkout's own secret, made on first use: no published key ever signs a token."""
    path = VAR_DIR / "secret_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(64))
    return path.read_text().strip()


# -- Core ------------------------------------------------------------------------------------------
DEBUG = False
SECRET_KEY = env.text("MXSHOP_SECRET_KEY") or generated_secret()
# Keys of before: what they signed is still believed, and nothing new is signed with them.
SECRET_KEY_FALLBACKS = env.words("MXSHOP_OLD_SECRET_KEYS")
ALLOWED_HOSTS = env.words("MXSHOP_ALLOWED_HOSTS")
ROOT_URLCONF = "mxshop.urls"
WSGI_APPLICATION = "mxshop.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# The catch-all view of `apps.common.problems` adds a missing slash itself, so that no POST is redirected.
APPEND_SLASH = False
# Whether `make_sample_shop` may run: it opens accounts, a superuser's too, with passwords that everybody can read.
SAMPLE_SHOP = False

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.admin",  # xadmin reads its translations; no stock admin page is mounted
    "xadmin_compat.apps.CompatConfig",
    "xadmin_compat.apps.XadminConfig",
    "crispy_forms",
    "crispy_bootstrap3",
    "reversion",
    "oauth2_provider",
    "corsheaders",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "social_django",
    "apps.common",
    "apps.notifications",
    "apps.regions",
    "apps.users",
    "apps.goods",
    "apps.trade",
    "apps.user_operation",
    "mxshop",
]

MIDDLEWARE = [
    "apps.common.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "apps.common.middleware.SingleSlashMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "apps.common.health.HealthMiddleware",
    "apps.common.middleware.TurnAwayMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "apps.users.middleware.OfficeMiddleware",
    "apps.users.middleware.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "apps.common.middleware.BackOfficeFrameMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# -- Data ------------------------------------------------------------------------------------------
DATABASE_URL = env.text("DATABASE_URL", f"sqlite:///{VAR_DIR / 'mxshop.sqlite3'}")
REDIS_URL = env.text("REDIS_URL")
DATABASES = {"default": database_from(DATABASE_URL, var=VAR_DIR)}
REDIS_PREFIX = "mxshop"  # of every key
CACHES = caches_from(REDIS_URL, prefix=REDIS_PREFIX)
# What follows a commit runs in this very process, or in Celery's workers, which are told by a broker.
TASKS = env.choice("MXSHOP_TASKS", "process", "celery")
BROKER_URL = env.text("MXSHOP_BROKER_URL", REDIS_URL)
CELERY = broker_from(BROKER_URL, prefix=REDIS_PREFIX, var=VAR_DIR) if TASKS == "celery" else {}

# -- Languages and time ----------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
# What stands here has the last word: other packages translate plain words such as "content" in their own way.
LOCALE_PATHS = [
    BASE_DIR / "locale",
    BASE_DIR / "db_tools" / "locale",
    *sorted(BASE_DIR.glob("apps/*/locale")),
    *sorted(BASE_DIR.glob("extra_apps/*/locale")),
]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
FORMAT_MODULE_PATH = "mxshop.formats"

# -- Files -----------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
# A built Vue shop lives in `static/shop/` (`manage.py attach_shop`) and asks for its files right below /static/.
SHOP_DIR = BASE_DIR / "static" / "shop"
SHOP_ENTRY = "index.entry.js"
STATICFILES_DIRS = [BASE_DIR / "static", SHOP_DIR]
STATICFILES_FINDERS = [
    "xadmin_compat.finders.VendorFinder",  # first: current jQuery and Bootstrap in the place of xadmin's
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
MEDIA_URL = "/media/"
MEDIA_ROOT = env.folder("MXSHOP_MEDIA_ROOT", BASE_DIR / "media", apart_from=VAR_DIR)
FILE_UPLOAD_PERMISSIONS = 0o644
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
MAX_UPLOAD_BYTES = 5 * 1024 * 1024
MAX_BODY_BYTES = 5 * MAX_UPLOAD_BYTES  # of any request, such as a goods and its pictures in the back office
MAX_IMAGE_PIXELS = 25_000_000

# -- Browser and transport safety ------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "apps.common.problems.csrf_failure"
SESSION_COOKIE_HTTPONLY = True
SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"
# Read from Redis on every worker and host, and kept in the database. The Redis inside a process is no use to others:
# what one logged out another would still let in.
SESSION_ENGINE = "apps.users.session_store" if REDIS_URL else "django.contrib.sessions.backends.db"
SESSION_CACHE_ALIAS = "sessions"

# -- Back office -----------------------------------------------------------------------------------
LOGIN_REDIRECT_URL = "/xadmin/"  # whoever logs in there came without a page in mind, or with one elsewhere
CRISPY_ALLOWED_TEMPLATE_PACKS = ["bootstrap3"]
CRISPY_TEMPLATE_PACK = "bootstrap3"
XADMIN_TITLE = _("mxshop back office")
XADMIN_FOOTER_TITLE = "mxshop"
XADMIN_EXCLUDE_PLUGINS = ["passwords", "importexport", "themes", "sortablelist"]

# -- Logs ------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "request_id": {"()": "apps.common.logs.RequestIdFilter"},
        "refusal": {"()": "apps.common.logs.RefusalFilter"},
    },
    "formatters": {
        "line": {
            "()": "apps.common.logs.LineFormatter",
            "format": "%(asctime)s %(levelname)s [%(request_id)s] %(name)s: %(message)s",
        },
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "filters": ["request_id", "refusal"], "formatter": "line"},
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"level": "INFO", "propagate": True},
        # At DEBUG it writes whole addresses, and some of a provider's hold the code of an SMS.
        "urllib3": {"level": "INFO"},
        # At DEBUG they write codes that log somebody in.
        "oauthlib": {"level": "INFO"},
        "oauth2_provider": {"level": "INFO"},
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}
