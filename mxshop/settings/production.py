"""The real shop. It refuses to start with a default secret, DEBUG, an open host list or SQLite."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from mxshop.settings import variables as env
from mxshop.settings.base import *  # noqa: F403  a settings module is its base plus what differs
from mxshop.settings.base import (
    ALLOWED_HOSTS,
    DATABASES,
    MAIL_PROVIDER,
    MXSHOP_PUBLIC_URL,
    OIDC_KEY_FILE,
    PAYMENT_MODE,
    REDIS_URL,
    SMS_PROVIDERS,
    WECHAT_CERTIFICATES_FILE,
)

DEBUG = False
SECRET_KEY = env.text("MXSHOP_SECRET_KEY")

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MANIFEST_STRICT = False  # xadmin's style sheets name pictures that its wheel does not ship

# TLS ends at a proxy that sets X-Forwarded-Proto and removes it from what visitors send.
# Unless it is named, the proxy is on this machine: all visitors would be counted as one if it were not believed.
TRUSTED_PROXIES = env.networks("MXSHOP_TRUSTED_PROXIES", ["127.0.0.1", "::1"])
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked by the machine next door, without TLS
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True

# What the chosen gateways cannot do without: found at start, not by the first buyer.
NEEDED = {
    ("alipay", "MXSHOP_ALIPAY_APP_ID"),
    ("alipay", "MXSHOP_ALIPAY_SELLER_ID"),
    ("alipay", "MXSHOP_ALIPAY_APP_PRIVATE_KEY_FILE"),
    ("alipay", "MXSHOP_ALIPAY_PUBLIC_KEY_FILE"),
    ("yunpian", "MXSHOP_YUNPIAN_API_KEY"),
    ("netease", "MXSHOP_NETEASE_APP_KEY"),
    ("netease", "MXSHOP_NETEASE_APP_SECRET"),
    ("aliyun", "MXSHOP_ALIYUN_ACCESS_KEY_ID"),
    ("aliyun", "MXSHOP_ALIYUN_ACCESS_KEY_SECRET"),
    ("aliyun", "MXSHOP_ALIYUN_TEMPLATES"),
    ("tencent", "MXSHOP_TENCENT_SECRET_ID"),
    ("tencent", "MXSHOP_TENCENT_SECRET_KEY"),
    ("tencent", "MXSHOP_TENCENT_SMS_APP_ID"),
    ("tencent", "MXSHOP_TENCENT_TEMPLATES"),
}


def missing_of_gateways() -> list[str]:
    """Return a sentence for each variable that a chosen gateway lacks, and for each key that cannot be read."""
    problems = []
    for gateway, name in sorted(NEEDED):
        value = env.text(name)
        if gateway not in (PAYMENT_MODE, *SMS_PROVIDERS):
            continue
        if not value:
            problems.append(f"{name} must be set, {gateway} needs it")
        elif name.endswith("_FILE") and not is_readable(Path(value)):
            problems.append(f"{name} is {value!r}, which cannot be read")
    return problems


def is_readable(path: Path) -> bool:
    """Tell whether this process may read the file."""
    try:
        return bool(path.read_bytes())
    except OSError:
        return False


def wechat_is_half_configured() -> bool:
    """Tell whether some of what WeChat Pay needs is set, and some is not; of WeChat's own keys one kind will do."""
    given = {name: bool(value) for name, value in globals().items() if name.startswith("WECHAT_")}
    del given["WECHAT_GATEWAY_URL"]
    is_given = any(given.values())
    has_certificates = given.pop("WECHAT_CERTIFICATES_FILE")
    public_key = [given.pop(name) for name in ("WECHAT_PUBLIC_KEY_FILE", "WECHAT_PUBLIC_KEY_ID")]
    knows_wechat = all(public_key) or (has_certificates and not any(public_key))
    return is_given and not (knows_wechat and all(given.values()))


def has_no_place_for_certificates() -> bool:
    """Tell whether the shop could not keep the certificates that it fetches from WeChat Pay."""
    return bool(WECHAT_CERTIFICATES_FILE) and not os.access(Path(WECHAT_CERTIFICATES_FILE).parent, os.W_OK)


# A third party's log-in takes both: with one alone it would silently not be offered.
LOGIN_KEYS = (
    ("MXSHOP_WEIXIN_APP_ID", "MXSHOP_WEIXIN_APP_SECRET"),
    ("MXSHOP_QQ_APP_ID", "MXSHOP_QQ_APP_KEY"),
    ("MXSHOP_WEIBO_APP_KEY", "MXSHOP_WEIBO_APP_SECRET"),
)


def half_configured_logins() -> list[tuple[str, str]]:
    """Return the pairs of variables of which one is set."""
    return [(one, other) for one, other in LOGIN_KEYS if bool(env.text(one)) != bool(env.text(other))]


def refuse_unsafe_start() -> None:
    """Raise ImproperlyConfigured, naming every unsafe setting at once, before anything is served."""
    problems = missing_of_gateways() + [
        message
        for wrong, message in (
            (
                len(SECRET_KEY) < 50
                or len(set(SECRET_KEY)) < 10
                or "change-me" in SECRET_KEY
                or SECRET_KEY.startswith("django-insecure"),
                "MXSHOP_SECRET_KEY must be set to 50 or more random characters of your own",
            ),
            (env.flag("DEBUG") or env.flag("MXSHOP_DEBUG"), "DEBUG must be off"),
            (
                not ALLOWED_HOSTS or any(host in ("*", ".") for host in ALLOWED_HOSTS),
                "MXSHOP_ALLOWED_HOSTS must list the shop's host names, without *",
            ),
            ("sqlite" in DATABASES["default"]["ENGINE"], "DATABASE_URL must name a MariaDB server, not SQLite"),
            (not REDIS_URL, "REDIS_URL must name a Redis server: the workers share limits and caches there"),
            (not MXSHOP_PUBLIC_URL.startswith("https://"), "MXSHOP_PUBLIC_URL must be the shop's https address"),
            (
                not OIDC_KEY_FILE,
                "MXSHOP_OIDC_KEY_FILE must name the RSA key of log-ins to sister applications, one for all machines",
            ),
            (PAYMENT_MODE == "sandbox", "MXSHOP_PAYMENT must not be the sandbox: anybody could pay with play money"),
            *((True, f"{one} and {other}: set both, or none") for one, other in half_configured_logins()),
            (
                wechat_is_half_configured(),
                "MXSHOP_WECHAT_*: set all of them, or none; of WeChat's own keys the public one or the certificates",
            ),
            (
                has_no_place_for_certificates(),
                "MXSHOP_WECHAT_CERTIFICATES_FILE must lie in a folder to which the shop may write",
            ),
            (
                "console" in SMS_PROVIDERS,
                "MXSHOP_SMS_PROVIDER must name real providers: the console one only writes a file",
            ),
            (
                MAIL_PROVIDER == "console",
                "MXSHOP_MAIL_URL must name a mail server: without one letters are only written to a file",
            ),
            (bool(env.text("MXSHOP_THROTTLE_SCALE")), "MXSHOP_THROTTLE_SCALE is for development and test only"),
        )
        if wrong
    ]
    if problems:
        raise ImproperlyConfigured("production does not start: " + "; ".join(problems))


refuse_unsafe_start()
