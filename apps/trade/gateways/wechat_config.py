"""Who the shop is at WeChat Pay, and by which keys the two know each other."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

# Of WeChat's own keys a merchant has the public one, or, opened before 2024, platform certificates, or both a while.
PUBLIC_KEY = ("WECHAT_PUBLIC_KEY_FILE", "WECHAT_PUBLIC_KEY_ID")
CERTIFICATES = "WECHAT_CERTIFICATES_FILE"
NEEDED = (
    "WECHAT_APP_ID",
    "WECHAT_MCH_ID",
    "WECHAT_CERT_SERIAL",
    "WECHAT_PRIVATE_KEY_FILE",
    "WECHAT_APIV3_KEY_FILE",
)


@dataclass(frozen=True, kw_only=True)
class WechatConfig:
    """Whom we are at WeChat Pay, our key and WeChat's as PEM, the key of its notifications, and where it answers.

    Where it is known by certificates there is no public key, but a file in which the shop keeps them.
    """

    app_id: str
    mch_id: str
    cert_serial: str
    private_key: str
    public_key: str
    public_key_id: str
    certificates_file: str
    apiv3_key: str
    api_url: str


def configured_wechat() -> WechatConfig | None:
    """Return the configuration of the real WeChat Pay, or none if the shop does not take it.

    Raises ImproperlyConfigured naming what is missing of one that is half configured.
    """
    if not any(getattr(settings, name) for name in (*NEEDED, *PUBLIC_KEY, CERTIFICATES)):
        return None
    if missing := _missing():
        raise ImproperlyConfigured(f"WeChat Pay needs {', '.join(missing)}")
    public_key_file = settings.WECHAT_PUBLIC_KEY_FILE
    return WechatConfig(
        app_id=settings.WECHAT_APP_ID,
        mch_id=settings.WECHAT_MCH_ID,
        cert_serial=settings.WECHAT_CERT_SERIAL,
        private_key=Path(settings.WECHAT_PRIVATE_KEY_FILE).read_text(),
        public_key=Path(public_key_file).read_text() if public_key_file else "",
        public_key_id=settings.WECHAT_PUBLIC_KEY_ID,
        certificates_file=settings.WECHAT_CERTIFICATES_FILE,
        apiv3_key=Path(settings.WECHAT_APIV3_KEY_FILE).read_text().strip(),
        api_url=settings.WECHAT_GATEWAY_URL,
    )


def _missing() -> list[str]:
    """Return the needed variables that are not set; where there are certificates, no public key is needed."""
    has_key = any(getattr(settings, name) for name in PUBLIC_KEY)
    needed = NEEDED if getattr(settings, CERTIFICATES) and not has_key else (*NEEDED, *PUBLIC_KEY)
    return [f"MXSHOP_{name}" for name in needed if not getattr(settings, name)]
