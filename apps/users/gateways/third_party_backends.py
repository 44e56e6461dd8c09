"""social-auth's backends of the three providers, with what they lack, and how they reach the shop's own things.

None of the three offers PKCE; state, the client's secret and the exact `redirect_uri` are what they check.
"""

import json
from collections.abc import Mapping
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import requests
from django.contrib.sessions.backends.base import SessionBase
from social_core.backends.oauth import BaseOAuth2
from social_core.backends.qq import QQOAuth2
from social_core.backends.weibo import WeiboOAuth2
from social_core.backends.weixin import WeixinOAuth2
from social_django.models import DjangoStorage
from social_django.strategy import DjangoStrategy

from apps.common.addresses import absolute_url
from apps.users.gateways import third_party_sandbox


class Strategy(DjangoStrategy):
    """What social-auth learns of a browser: its session, and what it brought back. States wait in rows of its own."""

    def __init__(self, session: SessionBase, answer: Mapping[str, str]) -> None:
        super().__init__(DjangoStorage)
        self.session = session
        self.answer = answer

    def get_request_data(self, merge: bool = True) -> dict[str, str]:  # noqa: FBT001, FBT002  as its base
        return dict(self.answer)

    def build_absolute_uri(self, path: str | None = None) -> str:
        """Never by the Host header: a forged one would have the code sent elsewhere."""
        return absolute_url(path or "/")

    def authenticate(self, backend: Any, **told: Any) -> Any:
        """Return what the provider told, where social-auth would go on to look for an account."""
        return told["response"]


class Backend(BaseOAuth2[Any]):
    """Keeps why a browser was sent beside its state, and asks another server where one is named (`..._URL`)."""

    purpose: Mapping[str, Any] = {}

    def get_or_create_state(self) -> str | None:
        state = super().get_or_create_state()
        key = self.transaction_key(str(state))
        self.strategy.session_set(key, {**self.strategy.session_get(key), "purpose": dict(self.purpose)})
        return state

    def purpose_of(self, state: str) -> dict[str, Any]:
        """Return why the browser was sent with this state; nothing before it is known to be the browser's own."""
        kept = self.strategy.session_get(self.transaction_key(state))
        return dict(kept["purpose"]) if kept else {}

    def authorization_url(self) -> str:
        return self._at(super().authorization_url())

    def request(self, url: str, **call: Any) -> requests.Response:
        return super().request(self._at(url), **call)

    def _at(self, url: str) -> str:
        server = self.setting("URL")
        return f"{server}{urlsplit(url).path}" if server else url


class Weixin(Backend, WeixinOAuth2[Any]):
    """WeChat's log-in of web pages: https://developers.weixin.qq.com/doc/oplatform/Website_App/WeChat_Login/ ."""

    USER_INFO_URL = "https://api.weixin.qq.com/sns/userinfo"

    def auth_url(self) -> str:
        return f"{super().auth_url()}#wechat_redirect"  # as WeChat asks for

    def user_data(self, access_token: str, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Read the answer as the UTF-8 that it is: WeChat names no charset, and the library's guess spoils some."""
        params = {"access_token": access_token, "openid": kwargs["response"]["openid"]}
        data: dict[str, Any] = json.loads(self.request(self.USER_INFO_URL, params=params).content)
        self.process_error(data, stage="user_info")
        return data


class QQ(Backend, QQOAuth2[Any]):
    """QQ互联: https://wiki.connect.qq.com/ ."""


class Weibo(Backend, WeiboOAuth2[Any]):
    """微博: https://open.weibo.com/wiki/授权机制 ."""


class SandboxWeixin(Weixin):
    """WeChat as the shop itself plays it: no key is needed and no wire is used."""

    def get_key_and_secret(self) -> tuple[str, str]:
        return third_party_sandbox.APP_ID, third_party_sandbox.secret()

    def get_redirect_uri(self, state: str | None = None) -> str:
        """By the path alone, whatever name the browser calls this machine by."""
        return urlsplit(super().get_redirect_uri(state)).path

    def authorization_url(self) -> str:
        return third_party_sandbox.page()

    def request(self, url: str, **call: Any) -> requests.Response:
        asked = {**(call.get("params") or {}), **(call.get("data") or {})}
        response = requests.Response()
        response.status_code = 200
        response.raw = BytesIO(json.dumps(third_party_sandbox.answer(urlsplit(url).path, asked)).encode())
        return response
