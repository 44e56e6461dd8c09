"""What a token opens, and what ends it."""

import base64
import json
import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jwt
import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from apps.users.models import DeviceSession, UserProfile
from apps.users.services import sessions, tokens
from apps.users.services.keys import current_key
from apps.users.services.sessions import Device

HERE = Device(ip="192.0.2.1", user_agent="a browser")


def status_of(token: str, prefix: str = "JWT") -> int:
    return APIClient().get("/users/", headers={"Authorization": f"{prefix} {token}"}).status_code


def payload_of(token: str) -> dict[str, Any]:
    return jwt.decode(token, options={"verify_signature": False})


def encoded(part: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def signed(payload: dict[str, Any]) -> str:
    key = current_key()
    return jwt.encode(payload, key.secret, algorithm="HS256", headers={"kid": key.kid})


@pytest.fixture
def token(alice_token: str) -> str:
    return alice_token


@pytest.mark.parametrize("prefix", ["JWT", "Bearer", "jwt", "bearer"])
def test_both_prefixes_open(token: str, prefix: str) -> None:
    assert status_of(token, prefix) == 200


@pytest.mark.parametrize("header", ["", "JWT", "JWT a b", "Basic YTpi", "Token {}", "{}", "JWT {}x", "JWT\t"])
def test_another_header_does_not(token: str, header: str) -> None:
    response = APIClient().get("/users/", headers={"Authorization": header.format(token)})

    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'JWT realm="mxshop"'
    assert response.json()["type"] == "urn:mxshop:problem:not_authenticated"


@pytest.mark.parametrize(
    ("language", "none", "over"),
    [
        ("zh-hans", "身份认证信息未提供。", "登录已失效，或此处不接受该令牌，请重新登录。"),
        (
            "en",
            "Authentication credentials were not provided.",
            "This log-in is over, or its token is not valid here. Please log in again.",
        ),
    ],
)
def test_a_log_in_that_is_over_is_told_from_none(
    alice: UserProfile, token: str, language: str, none: str, over: str
) -> None:
    def said(path: str, header: str) -> str:
        answer = APIClient().get(path, headers={"Accept-Language": language, "Authorization": header})
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'JWT realm="mxshop"')
        assert answer.json()["type"] == "urn:mxshop:problem:not_authenticated"
        return str(answer.json()["detail"])

    with time_machine.travel(timezone.now() + timedelta(days=8)):
        # The staff's routes take tokens of their own.
        for path in ("/users/", "/orders/", "/staff/orders/"):
            assert {said(path, header) for header in ("", "Token x", "Basic YTpi")} == {none}
            assert {said(path, header) for header in (f"JWT {token}", "Bearer nonsense")} == {over}


def test_b3_a_token_lives_seven_days_and_holds_no_secret(alice: UserProfile, token: str) -> None:
    payload = payload_of(token)

    assert set(payload) == {"sub", "sid", "fp", "iat", "exp"}
    assert payload["exp"] - payload["iat"] == 7 * 24 * 3600
    assert payload["sid"] == DeviceSession.objects.get().public_id.hex
    assert payload["sub"] == f"shop_{alice.public_id.hex}"
    assert payload["fp"] not in alice.password
    # The client reads its cookie back without unescaping it.
    assert re.fullmatch(r"[A-Za-z0-9@*_+\-./]+", token)
    assert len(token) < tokens.MAX_LENGTH


def test_a_request_reads_session_and_user_in_one_select(token: str, django_assert_num_queries) -> None:
    with django_assert_num_queries(1) as queries:
        assert status_of(token) == 200

    assert queries[0]["sql"].count("SELECT") == 1


def test_the_select_finds_its_row_by_an_index(token: str) -> None:
    rows = DeviceSession.objects.running(timezone.now()).filter(public_id=uuid.UUID(payload_of(token)["sid"]))
    plan = rows.explain().lower()

    if connection.vendor == "sqlite":
        assert "scan" not in plan
        assert plan.count("search") == 2
    else:
        assert " all " not in plan


def test_b1_what_the_shop_notes_of_a_token_opens_nothing(token: str) -> None:
    trace = tokens.trace_of(DeviceSession.objects.get())

    found = sessions.session_traced(trace)
    assert found is not None
    assert found.public_id.hex == payload_of(token)["sid"]
    assert status_of(trace) == 401
    assert sessions.session_traced("") is None


def test_a_trace_of_the_staffs_realm_is_none_of_the_shops(staff: UserProfile) -> None:
    sessions.open_session(user=staff, device=Device(ip=None, user_agent=""), realm=DeviceSession.Realm.STAFF)
    assert sessions.session_traced(tokens.trace_of(DeviceSession.objects.get())) is None


def test_b1_an_unsigned_token_is_refused(token: str) -> None:
    for alg in ("none", "None", "NONE", ""):
        forged = f"{encoded({'alg': alg, 'typ': 'JWT'})}.{encoded(payload_of(token))}."
        assert status_of(forged) == 401
        assert status_of(forged + token.split(".")[2]) == 401


def test_b1_an_edited_or_cut_token_is_refused(token: str) -> None:
    header, payload, signature = token.split(".")
    as_staff = encoded(payload_of(token) | {"sub": payload_of(token)["sub"].replace("shop_", "staff_")})
    edited = encoded(payload_of(token) | {"exp": 9_999_999_999})
    flipped = ("A" if signature[0] != "A" else "B") + signature[1:]

    for forged in (
        f"{header}.{edited}.{signature}",
        f"{header}.{as_staff}.{signature}",
        f"{header}.{payload}.{signature[:-4]}",
        f"{header}.{payload}.{flipped}",
        f"{header}.{payload}.",
        f"{header}.{payload}",
        f"{header}..{signature}",
        f"{payload}.{header}.{signature}",
        "..",
    ):
        assert status_of(forged) == 401


def test_b1_a_huge_token_is_refused_unread(token: str) -> None:
    assert status_of("a" * 20_000) == 401
    assert status_of(signed(payload_of(token) | {"more": "x" * 20_000})) == 401
    assert status_of(f"{encoded([[]] * 100)}.{'[' * 300}.x") == 401


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
def test_b1_other_algorithms_and_keys_are_refused(token: str) -> None:
    payload = payload_of(token)
    rsa_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    key = current_key()
    kid = {"kid": key.kid}

    assert status_of(jwt.encode(payload, key.secret, algorithm="HS256", headers=kid)) == 200
    assert status_of(jwt.encode(payload, rsa_key, algorithm="RS256", headers=kid)) == 401
    assert status_of(jwt.encode(payload, key.secret, algorithm="HS512", headers=kid)) == 401


@pytest.mark.parametrize("kid", ["../../../../dev/null", "/dev/null", "' UNION SELECT '", "", 7, None])
def test_b1_a_foreign_key_id_chooses_no_key(token: str, kid: object) -> None:
    payload = payload_of(token)
    header = encoded({"alg": "HS256", "typ": "JWT", "kid": kid})
    with_empty_key = jwt.api_jws.PyJWS()._algorithms["HS256"].sign(f"{header}.{encoded(payload)}".encode(), b"")
    signature = base64.urlsafe_b64encode(with_empty_key).rstrip(b"=").decode()
    by_our_key = jwt.encode(payload, current_key().secret, algorithm="HS256", headers={"kid": str(kid)})

    assert status_of(f"{header}.{encoded(payload)}.{signature}") == 401
    assert status_of(by_our_key) == 401


@pytest.mark.parametrize("secret", ["", "secret", "django-insecure", "mxshop", "change-me", "key"])
@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
def test_b2_a_guessable_secret_signs_nothing(token: str, secret: str) -> None:
    kid = {"kid": current_key().kid}
    assert status_of(jwt.encode(payload_of(token), secret or "x", algorithm="HS256", headers=kid)) == 401


def test_b2_the_secret_key_itself_signs_nothing(token: str) -> None:
    kid = {"kid": current_key().kid}
    assert status_of(jwt.encode(payload_of(token), django_settings.SECRET_KEY, algorithm="HS256", headers=kid)) == 401


def test_a_user_is_named_by_realm_and_uuid_so_that_no_token_fits_another_realm(alice: UserProfile, token: str) -> None:
    staff_token = sessions.open_session(user=alice, device=HERE, realm=DeviceSession.Realm.STAFF).token
    payload = payload_of(staff_token)

    assert payload["sub"] == f"staff_{alice.public_id.hex}"
    assert payload["exp"] - payload["iat"] == 12 * 3600
    assert status_of(staff_token) == 401
    assert sessions.session_of(staff_token, realm=DeviceSession.Realm.STAFF) is not None
    assert sessions.session_of(token, realm=DeviceSession.Realm.STAFF) is None
    # Well signed, but the session is of the other realm, or another user's.
    assert status_of(signed(payload | {"sub": f"shop_{alice.public_id.hex}"})) == 401
    assert status_of(signed(payload_of(token) | {"sub": f"staff_{alice.public_id.hex}"})) == 401


def test_another_secret_key_ends_every_token(token: str, settings) -> None:
    settings.SECRET_KEY = "another-secret-key-of-fifty-characters-or-even-more"

    assert status_of(token) == 401


@pytest.mark.parametrize(
    "change",
    [
        {"sid": None},
        {"sid": "nonsense"},
        {"sid": ["x"]},
        {"sid": 7},
        {"sid": uuid.uuid4().hex},
        {"sub": None},
        {"sub": "shop_"},
        {"sub": "shop_1"},
        {"sub": f"shop_{uuid.uuid4().hex}"},
        {"sub": uuid.uuid4().hex},
        {"rn": 0},
        {"rn": "x"},
        {"fp": None},
        {"fp": ""},
        {"fp": 7},
        {"fp": "é"},
        {"exp": None},
        {"exp": "tomorrow"},
        {"iat": None},
    ],
)
def test_a_well_signed_token_with_odd_claims_is_refused(token: str, change: dict[str, Any]) -> None:
    assert status_of(signed(payload_of(token))) == 200
    assert status_of(signed(payload_of(token) | change)) == 401


@pytest.mark.parametrize("missing", ["sub", "sid", "fp", "exp", "iat"])
def test_a_token_without_a_claim_is_refused(token: str, missing: str) -> None:
    payload = payload_of(token)
    del payload[missing]

    assert status_of(signed(payload)) == 401


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_deleted": True}])
def test_b4_a_deactivated_users_token_dies(alice: UserProfile, token: str, change: dict[str, bool]) -> None:
    UserProfile.objects.filter(pk=alice.pk).update(**change)

    assert status_of(token) == 401


def test_the_token_of_a_row_that_is_gone_is_refused(alice: UserProfile, token: str) -> None:
    alice.delete()

    assert status_of(token) == 401


def by_the_model(user: UserProfile) -> None:
    user.set_password("another horse battery")
    user.save()


def by_sql(user: UserProfile) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE users_userprofile SET password = 'x' WHERE id = %s", [user.pk])


@pytest.mark.parametrize("change", [by_the_model, by_sql])
def test_b5_whoever_changes_the_password_ends_every_token(
    alice: UserProfile, token: str, change: Callable[[UserProfile], None]
) -> None:
    assert status_of(token) == 200

    change(alice)

    assert status_of(token) == 401


def test_b26_logging_out_ends_this_session_only(alice: UserProfile, token: str, visitor: APIClient) -> None:
    other = sessions.open_session(user=alice, device=HERE).token

    response = visitor.post("/logout/", headers={"Authorization": f"JWT {token}"})

    assert response.status_code == 204
    assert response.content == b""
    assert status_of(token) == 401
    assert status_of(other) == 200
    assert visitor.post("/logout/", headers={"Authorization": f"JWT {token}"}).status_code == 401


def test_a_session_ended_in_the_database_ends_its_token(token: str) -> None:
    DeviceSession.objects.update(ended_at=timezone.now())

    assert status_of(token) == 401


def test_a_session_shortened_in_the_database_ends_its_token(token: str) -> None:
    DeviceSession.objects.update(expires_at=timezone.now() - timedelta(seconds=61))

    assert status_of(token) == 401


def test_b27_clocks_may_differ_by_a_minute_and_no_more(alice: UserProfile) -> None:
    start = "2026-11-23 10:00:00+08:00"
    with time_machine.travel(start, tick=False) as clock:
        token = sessions.open_session(user=alice, device=HERE).token
        for shift, status in ((-61, 401), (-60, 200), (0, 200)):
            clock.move_to(start)
            clock.shift(shift)
            assert status_of(token) == status
        for late, status in ((-1, 200), (59, 200), (60, 401), (61, 401)):
            clock.move_to(start)
            clock.shift(timedelta(days=7, seconds=late))
            assert status_of(token) == status


@pytest.mark.parametrize("header", ["JWT nonsense", "Bearer " + "a" * 20_000, "JWT ..", "nonsense"])
def test_a_bad_token_never_breaks_a_public_resource(db, visitor: APIClient, alice: UserProfile, header: str) -> None:
    headers = {"Authorization": header}

    assert visitor.get("/api/schema/", headers=headers).status_code in (200, 401)
    assert visitor.post("/code/", {"mobile": "1"}, headers=headers).status_code == 400
    assert visitor.post("/users/", {}, headers=headers).status_code == 400
    body = {"username": "alice", "password": "right horse battery"}
    assert visitor.post("/login/", body, headers=headers).status_code == 200
