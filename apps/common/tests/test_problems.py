"""Every error has one shape, whoever found it: a view, DRF, Django, or the routes."""

import logging

import pytest
from django.test import Client
from rest_framework.test import APIClient

from apps.common.problems import RESERVED, problem

pytestmark = [pytest.mark.urls("apps.common.tests.urls"), pytest.mark.django_db]

JSON = "application/problem+json"


def test_rule_that_refuses_is_a_problem_the_old_client_can_show(visitor: APIClient) -> None:
    response = visitor.get("/raise/conflict/")
    assert response.status_code == 409
    assert response["Content-Type"] == JSON
    assert response.json() == {
        "type": "urn:mxshop:problem:conflict",
        "title": "商城拒绝了此操作",
        "status": 409,
        "detail": "先到先得",
        "left": 3,
        "non_field_errors": ["先到先得"],
    }


def test_field_messages_stand_under_the_fields_names(visitor: APIClient) -> None:
    response = visitor.get("/raise/invalid/")
    assert response.status_code == 400
    assert response.json() == {
        "type": "urn:mxshop:problem:invalid_input",
        "title": "输入有误",
        "status": 400,
        "detail": "输入有误",
        "mobile": ["一", "二"],
    }


def test_too_fast_says_when_to_come_back(visitor: APIClient) -> None:
    response = visitor.get("/raise/too-fast/")
    assert response.status_code == 429
    assert response["Retry-After"] == "7"
    assert response.json()["mobile"] == ["请稍候"]
    assert response.json()["non_field_errors"] == ["请求过于频繁"]


@pytest.mark.parametrize(
    ("name", "status", "kind"),
    [
        ("missing", 404, "not_found"),
        ("forbidden", 403, "permission_denied"),
        ("suspicious", 400, "invalid_input"),
        ("deadlock", 503, "busy"),
        ("unreachable", 503, "busy"),
    ],
)
def test_errors_of_the_framework_take_the_same_shape(visitor: APIClient, name: str, status: int, kind: str) -> None:
    response = visitor.get(f"/raise/{name}/")
    body = response.json()
    assert (response.status_code, body["status"], body["type"]) == (status, status, f"urn:mxshop:problem:{kind}")
    assert response["Content-Type"] == JSON
    assert "where it was" not in response.content.decode()
    assert "house" not in response.content.decode()


def test_lost_lock_may_be_tried_again(visitor: APIClient) -> None:
    assert visitor.get("/raise/deadlock/")["Retry-After"] == "1"


def test_d13_a_database_that_is_not_there_is_said_in_one_line_of_the_log(
    visitor: APIClient, caplog: pytest.LogCaptureFixture
) -> None:
    response = visitor.get("/raise/unreachable/")

    assert response["Retry-After"] == "10"
    assert "db.internal" not in response.content.decode()
    assert "db.internal" in caplog.text
    assert "Traceback" not in caplog.text


def test_h5_a_connection_lost_half_way_is_safe_to_try_again_for_who_only_reads() -> None:
    response = APIClient(raise_request_exception=False).get("/raise/lost/")

    assert (response.status_code, response.json()["type"]) == (503, "urn:mxshop:problem:busy")
    assert response.headers["Retry-After"] == "1"


def test_h5_a_connection_lost_half_way_is_not_said_to_be_safe_to_try_again_for_who_writes() -> None:
    response = APIClient(raise_request_exception=False).post("/raise/lost/")

    assert (response.status_code, response.json()["type"]) == (503, "urn:mxshop:problem:outcome_unknown")
    assert "Retry-After" not in response


def test_unexpected_error_names_its_request_and_leaks_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, logger="apps.common.problems"):
        response = APIClient(raise_request_exception=False).get("/raise/unexpected/", HTTP_X_REQUEST_ID="abcdef12345")
    assert response.status_code == 500
    assert response["Content-Type"] == JSON
    assert response.json() == {
        "type": "urn:mxshop:problem:internal_error",
        "title": "商城内部出错",
        "status": 500,
        "detail": "商城内部出错",
        "instance": "urn:mxshop:request:abcdef12345",
    }
    assert "ZeroDivisionError" in caplog.text


def test_unexpected_error_of_a_page_has_the_same_shape() -> None:
    response = Client(raise_request_exception=False).get("/page/broken/", HTTP_X_REQUEST_ID="abcdef12345")
    assert response.status_code == 500
    assert response["Content-Type"] == JSON
    assert response.json()["instance"] == "urn:mxshop:request:abcdef12345"
    assert "42" not in response.content.decode().replace("abcdef12345", "")


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize("method", ["get", "post", "put", "delete", "head"])
def test_unknown_path_is_a_json_404_for_every_method(settings, method: str, debug: bool) -> None:
    settings.DEBUG = debug
    response = getattr(Client(enforce_csrf_checks=True), method)("/currentLoc")
    assert response.status_code == 404
    assert response["Content-Type"] == JSON
    if method != "head":
        assert response.json()["type"] == "urn:mxshop:problem:not_found"


def test_missing_page_in_the_back_office_is_a_page() -> None:
    response = Client().get("/xadmin/missing/")
    assert response.status_code == 404
    assert response["Content-Type"] == "text/html; charset=utf-8"
    assert "这里没有您要找的内容" in response.content.decode()


def test_missing_slash_is_added_for_reading_only() -> None:
    client = Client()
    response = client.get("/echo?a=1&a=%E7%BA%A2")
    assert (response.status_code, response["Location"]) == (301, "/echo/?a=1&a=%E7%BA%A2")
    assert client.post("/echo", {"text": "x"}, content_type="application/json").status_code == 404
    assert client.get("/nowhere").status_code == 404


def test_wrong_method_is_refused_and_told_what_is_taken(visitor: APIClient) -> None:
    response = visitor.delete("/echo/")
    assert response.status_code == 405
    assert response["Content-Type"] == JSON
    assert response["Allow"] == "GET, POST, HEAD, OPTIONS"
    assert response.json()["type"] == "urn:mxshop:problem:method_not_allowed"


def test_private_route_challenges_a_visitor(visitor: APIClient) -> None:
    response = visitor.get("/private/")
    assert response.status_code == 401
    assert response["Content-Type"] == JSON
    assert response.json()["type"] == "urn:mxshop:problem:not_authenticated"


def test_english_readers_get_english(visitor: APIClient) -> None:
    body = visitor.get("/nowhere/", HTTP_ACCEPT_LANGUAGE="en").json()
    assert (body["title"], body["detail"]) == ("There is no such thing here", "There is no such thing here")


def test_input_field_may_not_shadow_the_problem_itself(visitor: APIClient) -> None:
    body = visitor.post("/echo/", {"text": "x", "kind": "no", "detail": "no"}).json()
    assert body["type"] == "urn:mxshop:problem:invalid_input"
    assert body["detail"] == "输入有误"
    assert body["kind"] == ["请填写合法的整数值。"]
    assert body["non_field_errors"] == ["请填写合法的整数值。"]


def test_members_never_replace_what_identifies_the_problem() -> None:
    body = problem(404, members=dict.fromkeys(RESERVED - {"instance"}, "mine") | {"left": 1})
    assert body["type"] == "urn:mxshop:problem:not_found"
    assert body["status"] == 404
    assert body["left"] == 1
