"""A WeChat that the shop plays itself, so that its log-in can be tried without keys: in development and tests only.

It is as strict as the real one: it checks app id, secret and `redirect_uri`, and a code is good once.
"""

import hashlib
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from apps.common import one_time

APP_ID = "wx-sandbox"
KIND = "weixin-sandbox"
SALT = "users.weixin_sandbox"
LIFETIME = timedelta(minutes=5)
# WeChat's numbers: the secret is wrong, the code is unknown or used, the token is unknown.
WRONG_SECRET, WRONG_CODE, WRONG_TOKEN = 40125, 40029, 40001


def is_open() -> bool:
    """Tell whether it stands in for WeChat: nowhere but where the settings allow it, and no real keys are set."""
    return bool(settings.THIRD_PARTY_SANDBOX) and not settings.SOCIAL_AUTH_WEIXIN_KEY


def secret() -> str:
    """Return the secret that the shop has with it."""
    return salted_hmac(SALT, APP_ID).hexdigest()


def page() -> str:
    """Return where a person is asked, root-relative."""
    return reverse("sandbox-weixin")


def is_asked_by_us(*, app_id: str, redirect_uri: str) -> bool:
    """Tell whether it is the shop that sends a browser here: nobody else is sent a code."""
    return app_id == APP_ID and redirect_uri == reverse("third-party-callback", kwargs={"provider": "weixin"})


def issue_code(*, nickname: str, redirect_uri: str) -> str:
    """Return a code for whoever calls themselves so; who comes again under this name is the same person."""
    openid = hashlib.sha256(nickname.encode()).hexdigest()[:28]
    value = {"openid": openid, "nickname": nickname, "redirect_uri": redirect_uri}
    return one_time.issue(KIND, owner=openid, value=value, lifetime=LIFETIME)


def answer(path: str, asked: dict[str, Any]) -> dict[str, Any]:
    """Answer a call of the shop's in WeChat's words."""
    return _token(asked) if path.endswith("/access_token") else _user_info(asked)


def _token(asked: dict[str, Any]) -> dict[str, Any]:
    if asked.get("appid") != APP_ID or not constant_time_compare(str(asked.get("secret")), secret()):
        return {"errcode": WRONG_SECRET, "errmsg": "invalid appsecret"}
    person = one_time.take(KIND, str(asked.get("code")))
    if person is None or person["redirect_uri"] != asked.get("redirect_uri"):
        return {"errcode": WRONG_CODE, "errmsg": "invalid code"}
    token = signing.dumps({name: person[name] for name in ("openid", "nickname")}, salt=SALT)
    return {"access_token": token, "expires_in": 7200, "openid": person["openid"], "scope": "snsapi_login"}


def _user_info(asked: dict[str, Any]) -> dict[str, Any]:
    try:
        person: dict[str, Any] = signing.loads(str(asked.get("access_token")), salt=SALT, max_age=LIFETIME)
    except signing.BadSignature:
        return {"errcode": WRONG_TOKEN, "errmsg": "invalid credential"}
    return person
