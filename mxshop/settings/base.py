"""What all four environments share. Every variable read here is listed in `.env.example`."""

import secrets
import sys
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from corsheaders.defaults import default_headers
from django.utils.translation import gettext_lazy as _

from mxshop.settings import variables as env
from mxshop.settings.databases import broker_from, caches_from, database_from
from mxshop.settings.signing import generated_key, read_key

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = BASE_DIR / "var"
VAR_DIR.mkdir(exist_ok=True)
sys.path.insert(0, str(BASE_DIR / "extra_apps"))


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
PORT = env.number("PORT", default=8000)
# Where the outside world reaches the shop. Addresses in answers start with it when it is set and are
# root-relative otherwise; they are never built from the Host header.
MXSHOP_PUBLIC_URL = env.web_address("MXSHOP_PUBLIC_URL")
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
    "django.contrib.auth.middleware.AuthenticationMiddleware",
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

# -- Who is who ------------------------------------------------------------------------------------
AUTH_USER_MODEL = "users.UserProfile"
AUTHENTICATION_BACKENDS = ["apps.users.backends.LoginBackend"]
PASSWORD_HASHERS = [
    "apps.users.hashers.Argon2Hasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",  # reads hashes brought along from older shops
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
TOKEN_LIFETIME = timedelta(days=7)  # the Vue client keeps its cookie as long
# Of clients that ask for short tokens: how long one lives, and for how long at most they are renewed.
SHORT_TOKEN_LIFETIME = timedelta(minutes=15)
REFRESH_LIMIT = timedelta(days=90)
STAFF_TOKEN_LIFETIME = timedelta(hours=12)
# Whether staff must show a code of an authenticator app beside the password.
STAFF_SECOND_FACTOR = env.flag("MXSHOP_STAFF_SECOND_FACTOR")
# Third-party log-in, under the names that social-auth reads; a provider without keys is not offered. `..._URL` is
# another server to ask in the place of the provider's own.
SOCIAL_AUTH_WEIXIN_KEY = env.text("MXSHOP_WEIXIN_APP_ID")
SOCIAL_AUTH_WEIXIN_SECRET = env.text("MXSHOP_WEIXIN_APP_SECRET")
SOCIAL_AUTH_WEIXIN_URL = env.web_address("MXSHOP_WEIXIN_URL")
SOCIAL_AUTH_QQ_KEY = env.text("MXSHOP_QQ_APP_ID")
SOCIAL_AUTH_QQ_SECRET = env.text("MXSHOP_QQ_APP_KEY")
SOCIAL_AUTH_QQ_URL = env.web_address("MXSHOP_QQ_URL")
SOCIAL_AUTH_WEIBO_KEY = env.text("MXSHOP_WEIBO_APP_KEY")
SOCIAL_AUTH_WEIBO_SECRET = env.text("MXSHOP_WEIBO_APP_SECRET")
SOCIAL_AUTH_WEIBO_URL = env.web_address("MXSHOP_WEIBO_URL")
SOCIAL_AUTH_REQUESTS_TIMEOUT = 5  # seconds to connect, and to wait for each part of an answer
SOCIAL_AUTH_STATE_LIFETIME = 600  # seconds that somebody may take at the provider's
# Whether the shop plays WeChat itself where no keys are set: anybody is let in as whoever they say.
SOCIAL_SANDBOX = False
# Sister applications log their users in with the shop's accounts. What they are told is signed with this RSA key, and
# keys of before are still published, so that what they signed stays good.
OIDC_KEY_FILE = env.text("MXSHOP_OIDC_KEY_FILE")
OIDC_OLD_KEY_FILES = env.words("MXSHOP_OIDC_OLD_KEY_FILES")
OAUTH2_PROVIDER_APPLICATION_MODEL = "users.SisterApp"
# The toolkit's own; migrations that point at them ask for these names.
OAUTH2_PROVIDER_GRANT_MODEL = "oauth2_provider.Grant"
OAUTH2_PROVIDER_ACCESS_TOKEN_MODEL = "oauth2_provider.AccessToken"  # noqa: S105  a model
OAUTH2_PROVIDER = {
    "OIDC_ENABLED": True,
    "OIDC_ISS_ENDPOINT": f"{MXSHOP_PUBLIC_URL or f'http://127.0.0.1:{PORT}'}/oauth",
    "OIDC_RSA_PRIVATE_KEY": read_key(OIDC_KEY_FILE) if OIDC_KEY_FILE else generated_key(VAR_DIR / "oidc_key.pem"),
    "OIDC_RSA_PRIVATE_KEYS_INACTIVE": [read_key(file) for file in OIDC_OLD_KEY_FILES],
    "OIDC_RESPONSE_TYPES_SUPPORTED": ["code"],
    "OAUTH2_VALIDATOR_CLASS": "apps.users.openid.ShopValidator",
    "APPLICATION_ADMIN_CLASS": "django.contrib.admin.ModelAdmin",  # of stock pages, which nobody mounts
    "SCOPES": {
        "openid": _("Know that it is you, and no more"),
        "profile": _("See your nickname and your picture"),
        "phone": _("See your mobile number"),
        "email": _("See your e-mail"),
    },
    "DEFAULT_SCOPES": ["openid"],
    "AUTHORIZATION_CODE_EXPIRE_SECONDS": 60,
    "ACCESS_TOKEN_EXPIRE_SECONDS": 3600,
    "ID_TOKEN_EXPIRE_SECONDS": 3600,
    "PKCE_REQUIRED": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    # The current rules of OAuth (RFC 9700), each of which the toolkit leaves to its user.
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,  # S256 and nothing else
    "COMPLIANT_BCP_RFC9700_PKCE_REQUIRED": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_SCHEME": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_MATCHING": True,
}
# A database of places in MaxMind's format, so that users see where a log-in came from.
PLACES_FILE = env.file("MXSHOP_PLACES_FILE")
# In the order in which they are asked; the next one when one fails.
SMS_PROVIDERS = env.choices("MXSHOP_SMS_PROVIDER", "console", "yunpian", "netease", "aliyun", "tencent")
SMS_SIGNATURE = env.text("MXSHOP_SMS_SIGNATURE", "mxshop")
YUNPIAN_API_KEY = env.text("MXSHOP_YUNPIAN_API_KEY")
YUNPIAN_URL = env.web_address("MXSHOP_YUNPIAN_URL", "https://sms.yunpian.com/v2/sms/single_send.json")
NETEASE_APP_KEY = env.text("MXSHOP_NETEASE_APP_KEY")
NETEASE_APP_SECRET = env.text("MXSHOP_NETEASE_APP_SECRET")
NETEASE_URL = env.web_address("MXSHOP_NETEASE_URL", "https://sms.yunxinapi.com/sms/sendcode.action")
NETEASE_TEMPLATES = env.pairs("MXSHOP_NETEASE_TEMPLATES")  # register=123,registered=456
ALIYUN_ACCESS_KEY_ID = env.text("MXSHOP_ALIYUN_ACCESS_KEY_ID")
ALIYUN_ACCESS_KEY_SECRET = env.text("MXSHOP_ALIYUN_ACCESS_KEY_SECRET")
ALIYUN_SMS_URL = env.web_address("MXSHOP_ALIYUN_SMS_URL", "https://dysmsapi.aliyuncs.com")
ALIYUN_TEMPLATES = env.pairs("MXSHOP_ALIYUN_TEMPLATES")
TENCENT_SECRET_ID = env.text("MXSHOP_TENCENT_SECRET_ID")
TENCENT_SECRET_KEY = env.text("MXSHOP_TENCENT_SECRET_KEY")
TENCENT_SMS_APP_ID = env.text("MXSHOP_TENCENT_SMS_APP_ID")
TENCENT_SMS_REGION = env.text("MXSHOP_TENCENT_SMS_REGION", "ap-guangzhou")
TENCENT_SMS_URL = env.web_address("MXSHOP_TENCENT_SMS_URL", "https://sms.tencentcloudapi.com")
TENCENT_TEMPLATES = env.pairs("MXSHOP_TENCENT_TEMPLATES")
SMS_OUTBOX_FILE = VAR_DIR / "outbox" / "sms.jsonl"
# Letters go to a file unless a server is named.
MAIL_SERVER = env.mail_server("MXSHOP_MAIL_URL")
MAIL_PROVIDER = "smtp" if MAIL_SERVER else "console"
MAIL_FROM = env.text("MXSHOP_MAIL_FROM", "mxshop <noreply@localhost>")
MAIL_OUTBOX_FILE = VAR_DIR / "outbox" / "mail.jsonl"
# Caps on codes, by SMS and by mail, counted in the database; those of an IP are multiplied by THROTTLE_SCALE.
CODES_PER_ADDRESS_AND_DAY = 10
CODES_PER_PURPOSE_AND_DAY = 6  # of one address
# So many more of both for who asks where the address's holder has lately logged in; what strangers ask for leaves them.
CODES_KEPT_FOR_HOLDERS = 4
CODES_PER_IP_AND_HOUR = 30
CODES_PER_IP_AND_DAY = 100

# -- Trade -----------------------------------------------------------------------------------------
ORDER_PAYMENT_WINDOW = timedelta(minutes=env.number("MXSHOP_ORDER_PAYMENT_MINUTES", default=30))
# So much longer an unpaid order is kept for a payment that is on its way.
ORDER_GRACE = timedelta(seconds=env.number("MXSHOP_ORDER_GRACE_SECONDS", default=120))
# How long after the goods arrived a buyer may ask for a refund; after how long a request that staff did not answer is
# granted; how long the buyer has to send the goods back, and staff to note that they came.
AFTER_SALE_WINDOW = timedelta(days=env.number("MXSHOP_AFTER_SALE_DAYS", default=15))
REFUND_ANSWER_WINDOW = timedelta(days=env.number("MXSHOP_REFUND_ANSWER_DAYS", default=5))
RETURN_SHIPPING_WINDOW = timedelta(days=env.number("MXSHOP_RETURN_SHIPPING_DAYS", default=7))
RETURN_ARRIVAL_WINDOW = timedelta(days=env.number("MXSHOP_RETURN_ARRIVAL_DAYS", default=10))
AUTO_RECEIVE_AFTER = timedelta(days=env.number("MXSHOP_AUTO_RECEIVE_DAYS", default=10))
AUTO_FINISH_AFTER = timedelta(days=env.number("MXSHOP_AUTO_FINISH_DAYS", default=7))
MAX_LINE_QUANTITY = 9999
MAX_CART_LINES = 100
MAX_ADDRESSES = 50
MAX_PRICE = Decimal("99999999.99")
QUOTE_LIFETIME = timedelta(minutes=15)
POINTS_PER_YUAN = env.number("MXSHOP_POINTS_PER_YUAN", default=100)  # what a yuan is paid with
POINTS_MOST_PERCENT = min(env.number("MXSHOP_POINTS_MOST_PERCENT", default=50), 100)  # of what the goods cost
POINTS_EARNED_PER_YUAN = env.number("MXSHOP_POINTS_EARNED_PER_YUAN", default=1)
PAYMENT_MODE = env.choice("MXSHOP_PAYMENT", "sandbox", "alipay")
ALIPAY_APP_ID = env.text("MXSHOP_ALIPAY_APP_ID")
ALIPAY_SELLER_ID = env.text("MXSHOP_ALIPAY_SELLER_ID")
ALIPAY_GATEWAY_URL = env.web_address("MXSHOP_ALIPAY_GATEWAY_URL", "https://openapi.alipay.com/gateway.do")
ALIPAY_APP_PRIVATE_KEY_FILE = env.text("MXSHOP_ALIPAY_APP_PRIVATE_KEY_FILE")
ALIPAY_PUBLIC_KEY_FILE = env.text("MXSHOP_ALIPAY_PUBLIC_KEY_FILE")
WECHAT_APP_ID = env.text("MXSHOP_WECHAT_APP_ID")
WECHAT_MCH_ID = env.text("MXSHOP_WECHAT_MCH_ID")
WECHAT_CERT_SERIAL = env.text("MXSHOP_WECHAT_CERT_SERIAL")
WECHAT_PRIVATE_KEY_FILE = env.text("MXSHOP_WECHAT_PRIVATE_KEY_FILE")
WECHAT_PUBLIC_KEY_FILE = env.text("MXSHOP_WECHAT_PUBLIC_KEY_FILE")
WECHAT_PUBLIC_KEY_ID = env.text("MXSHOP_WECHAT_PUBLIC_KEY_ID")
WECHAT_APIV3_KEY_FILE = env.text("MXSHOP_WECHAT_APIV3_KEY_FILE")
WECHAT_GATEWAY_URL = env.web_address("MXSHOP_WECHAT_GATEWAY_URL", "https://api.mch.weixin.qq.com")
SANDBOX_DIR = VAR_DIR / "sandbox"
# Where the sandbox is served by a process of its own; when empty it is part of every process of the shop.
SANDBOX_URL = env.web_address("MXSHOP_SANDBOX_URL")
TRACKING_MODE = env.choice("MXSHOP_TRACKING", "sandbox", "kuaidi100")
KUAIDI100_CUSTOMER = env.text("MXSHOP_KUAIDI100_CUSTOMER")
KUAIDI100_KEY = env.text("MXSHOP_KUAIDI100_KEY")
KUAIDI100_URL = env.web_address("MXSHOP_KUAIDI100_URL", "https://poll.kuaidi100.com/poll/query.do")

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

# -- API -------------------------------------------------------------------------------------------
STAFF_AUTHENTICATION = "apps.users.api.authentication.StaffTokenAuthentication"
# What keeps the answers to requests with an `Idempotency-Key`.
ANSWER_ONCE = "apps.trade.services.idempotency.answer_once"
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["apps.users.api.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["apps.common.parsers.StrictJSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "apps.common.negotiation.ShopNegotiation",
    "DEFAULT_THROTTLE_CLASSES": ["apps.common.throttling.RouteThrottle"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "apps.common.problems.handle_exception",
    "DATETIME_FORMAT": "iso-8601",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
# How often a caller may do what, by scope; `apps.common.throttling` reads the table. A scope is counted by user, or by
# the IP of who is not signed in; "login_account" by the name that is tried, "password" by the account whose owner is
# asked for it again, whichever route asks; "order_ip" by any IP. Views name their scope: the others share "read" and
# "write".
THROTTLE_RATES = {
    "read": "1200/minute",
    "write": "300/minute",
    "message": "60/hour",
    "avatar": "30/hour",
    "guest_cart": "120/hour",
    "code": "10/minute",
    "code_try": "20/minute",
    "register": "20/minute",
    "coupon_code": "20/minute",
    "order": "5/10 seconds",
    "order_ip": "300/10 seconds",  # by whomever: a mobile network shows many buyers as one address
    "login": "20/minute",
    "refresh": "60/minute",
    "scan": "60/minute",
    "sister": "600/minute",
    "ticket": "60/minute",
    "second_factor": "5/minute",
    "second_factor_day": "30/day",
    "login_account": "10/minute",
    "login_account_hour": "30/hour",
    "password": "10/minute",
    "password_hour": "30/hour",
    "personal_data": "10/hour",
}
THROTTLE_SCALE = 1
# Networks of the proxies in front of the shop: the address that these report is believed, and nobody else's.
TRUSTED_PROXIES = env.networks("MXSHOP_TRUSTED_PROXIES")
CORS_ALLOWED_ORIGINS = env.words("MXSHOP_CORS_ORIGINS")
CORS_ALLOW_HEADERS = [*default_headers, "idempotency-key"]
CORS_EXPOSE_HEADERS = ["Idempotent-Replay", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-ID"]

SPECTACULAR_SETTINGS = {
    "TITLE": "mxshop",
    "DESCRIPTION": "The HTTP interface of the shop, as the existing Vue shops speak it.\n\n"
    + (BASE_DIR / "docs" / "logging-in.md").read_text(encoding="utf-8"),
    "VERSION": "0.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    # Where choices of the same name have other values elsewhere.
    "ENUM_NAME_OVERRIDES": {
        "RefundKindEnum": "apps.trade.models.refunds.RefundKind",
        "RefundReasonEnum": "apps.trade.models.refunds.RefundReason",
        "RefundStateEnum": "apps.trade.models.refunds.RefundState",
        "ScanStateEnum": "apps.users.models.ScanLogin.SHOWN",
        "ShipmentStateEnum": "apps.trade.models.Shipment.State",
        "InvoiceStateEnum": "apps.trade.models.InvoiceRequest.State",
        "InvoiceKindEnum": "apps.trade.models.InvoiceRequest.Kind",
        "CouponKindEnum": "apps.trade.models.Coupon.Kind",
        "DiscountKindEnum": "apps.trade.models.OrderDiscount.Kind",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "apps.common.openapi.document_problems",
        "apps.common.openapi.document_keys",
    ],
}

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
