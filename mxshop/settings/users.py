"""Who is who: passwords, tokens, log-in through others and for others."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from mxshop.settings import variables as env
from mxshop.settings.here import MXSHOP_PUBLIC_URL, PORT, VAR_DIR
from mxshop.settings.signing import generated_key, read_key

AUTH_USER_MODEL = "users.UserProfile"
AUTHENTICATION_BACKENDS = ["apps.users.backends.LoginBackend"]
# One alone: the time that another takes to refuse a password tells whose it is.
PASSWORD_HASHERS = ["apps.users.hashers.Argon2Hasher"]
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
THIRD_PARTY_SANDBOX = False
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
