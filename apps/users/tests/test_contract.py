"""Section 4 of the contract: what the Vue shops send for an account, and what they need back, as recorded.

Each body is what the client sends, keys and all; each expected answer holds every field that it reads.
"""

import json
import socket
import time
from typing import Any

import pytest
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from apps.users.models import UserProfile, VerifyCode
from apps.users.tests.conftest import Phone
from apps.users.tests.factories import PASSWORD

MOBILE = "13912345678"
WRONG_LOGIN = (
    "用户名或密码错误。 尝试过多的账号在一小时内只在其主人登录过的地方接受密码；在商城中可在任何地方用验证码登录。"
)
JSON = "application/json;charset=utf-8"


class Vue:
    """The client's axios: JSON bodies, and the token's cookie in every request once there is one."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.token = ""

    def ask(self, method: str, path: str, body: object = None) -> Any:
        headers = {"Accept": "application/json, text/plain, */*"}
        if self.token:
            headers["Authorization"] = f"{self.prefix} {self.token}"
        data = b"" if body is None else json.dumps(body).encode()
        return Client().generic(method, path, data, JSON, headers=headers)


@pytest.fixture(params=["JWT", "Bearer"])
def vue(request: pytest.FixtureRequest, db: None) -> Vue:
    return Vue(request.param)


def test_a_visitor_registers_and_edits_the_own_record(vue: Vue, phone: Phone) -> None:
    code = vue.ask("POST", "/code/", {"mobile": MOBILE})
    assert (code.status_code, code.json()) == (201, {"mobile": MOBILE})

    body = {"password": PASSWORD, "username": MOBILE, "code": phone.code()}
    registered = vue.ask("POST", "/users/", body)
    assert registered.status_code == 201
    vue.token = registered.json()["token"]
    assert registered.json() == {"username": MOBILE, "mobile": MOBILE, "name": MOBILE, "token": vue.token}

    for address in ("/users/1/", "/users/"):
        record = vue.ask("GET", address)
        assert record.status_code == 200
        assert record.json() == {
            "username": MOBILE,
            "name": "",
            "birthday": None,
            "gender": "female",
            "email": "",
            "mobile": MOBILE,
            "avatar": "/static/mxshop/placeholder.svg",
        }

    sent_back = record.json() | {"name": "小明", "birthday": "1990-01-31", "gender": "male", "email": "a@example.com"}
    changed = vue.ask("PATCH", "/users/1/", sent_back)
    assert (changed.status_code, changed.json()) == (200, sent_back)
    assert vue.ask("GET", "/users/1/").json() == sent_back


def test_a_visitor_logs_in(vue: Vue, alice: UserProfile) -> None:
    for name in ("alice", "13800000001"):
        response = vue.ask("POST", "/login/", {"username": name, "password": PASSWORD})

        assert response.status_code == 200
        assert response["Content-Type"] == "application/json"
        assert isinstance(response.json()["token"], str)
        vue.token = response.json()["token"]
        assert vue.ask("GET", "/users/").json()["username"] == "alice"


def test_a_refused_log_in_is_shown(vue: Vue, alice: UserProfile) -> None:
    refused = vue.ask("POST", "/login/", {"username": "alice", "password": "wrong"})
    empty = vue.ask("POST", "/login/", {"username": "", "password": ""})

    assert refused.status_code == empty.status_code == 400
    assert refused.json() == {
        "type": "urn:mxshop:problem:wrong_login",
        "title": "用户名或密码错误。",
        "status": 400,
        "detail": WRONG_LOGIN,
        "non_field_errors": [WRONG_LOGIN],
    }
    assert empty.json()["username"] == empty.json()["password"] == ["该字段不能为空。"]
    assert "non_field_errors" not in empty.json()


def test_an_old_cookie_breaks_neither_code_nor_registration_nor_log_in(
    vue: Vue, phone: Phone, alice: UserProfile
) -> None:
    vue.token = "eyJhbGciOiJIUzI1NiJ9.e30.bm9uc2Vuc2U"

    assert vue.ask("GET", "/users/1/").status_code == 401
    assert vue.ask("POST", "/login/", {"username": "alice", "password": PASSWORD}).status_code == 200
    assert vue.ask("POST", "/code/", {"mobile": MOBILE}).status_code == 201
    body = {"username": MOBILE, "password": PASSWORD, "code": phone.code()}
    assert vue.ask("POST", "/users/", body).status_code == 201


def test_the_messages_are_the_contracts(vue: Vue, phone: Phone, alice: UserProfile) -> None:
    def refusal(**changes: str) -> dict[str, Any]:
        response = vue.ask("POST", "/users/", {"username": alice.mobile, "password": PASSWORD, **changes})
        assert response.status_code == 400
        assert response["Content-Type"] == "application/problem+json"
        return {name: value for name, value in response.json().items() if name in ("username", "password", "code")}

    vue.ask("POST", "/code/", {"mobile": alice.mobile})
    wrong = f"{(int(phone.code()) + 1) % 10_000:04d}"

    assert refusal(code="") == {"code": ["请输入验证码"]}
    assert refusal(code="123") == {"code": ["验证码格式错误"]}
    assert refusal(code=wrong) == {"code": ["验证码错误"]}
    assert refusal(code=phone.code()) == {"username": ["用户已经存在"]}
    VerifyCode.objects.update(expires_at="2000-01-01T00:00:00Z")
    assert refusal(code=phone.code()) == {"code": ["验证码过期"]}


def test_the_messages_are_english_for_who_asks_for_english(alice: UserProfile) -> None:
    body = {"username": "alice", "password": "wrong"}

    response = Client().post("/login/", body, "application/json", headers={"Accept-Language": "en"})

    assert response.json()["non_field_errors"][0].startswith("The user name or the password is wrong. After too many")


@pytest.mark.django_db(transaction=True)
def test_a_change_is_made_though_the_client_hangs_up(live_server: LiveServer, alice_token: str) -> None:
    body = json.dumps({"name": "小明"}).encode()
    head = (
        f"PATCH //users/1/ HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: JWT {alice_token}\r\n"
        f"Content-Type: {JSON}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection((live_server.thread.host, live_server.thread.port)) as connection:
        connection.sendall(head.encode() + body)

    for _wait in range(100):
        if UserProfile.objects.get().name == "小明":
            break
        time.sleep(0.05)
    assert UserProfile.objects.get().name == "小明"
