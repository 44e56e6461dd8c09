"""What no input may do to any route; numbers are those of the reliability statements."""

import json

import pytest
from django.test import Client
from rest_framework.test import APIClient

pytestmark = [pytest.mark.urls("apps.common.tests.urls"), pytest.mark.django_db]

DEEP = "[" * 3000 + "]" * 3000


def post_raw(body: str | bytes, path: str = "/echo/", content_type: str = "application/json") -> tuple[int, dict]:
    response = APIClient().generic("POST", path, body, content_type=content_type)
    return response.status_code, response.json()


@pytest.mark.parametrize(
    "body",
    [
        DEEP,
        '{"text":' + DEEP + "}",
        '{"a":' * 3000 + "1" + "}" * 3000,
        '{"text": NaN}',
        '{"text": "x", "kind": Infinity}',
        '{"text": "x", "kind": 1e999}',
        '{"text": "x", "kind": ' + "9" * 5000 + "}",
        '{"text": "x"',
        "",
        "null",
        "[]",
        '"text"',
        "1",
        '{"text": {}}',
        '{"text": ["x"]}',
        '{"text": null}',
        '{"text": true}',
        b'\xef\xbb\xbf{"text": "x"}',
        b'{"text": "\xff\xfe"}',
        '{"text": "x"}'.encode("utf-16"),
    ],
)
def test_e5_malformed_bodies_are_refused(body: str | bytes) -> None:
    status, problem = post_raw(body)
    assert (status, problem["type"]) == (400, "urn:mxshop:problem:invalid_input")


@pytest.mark.parametrize("depth", [33, 500, 934, 3000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")], ids=["lists", "objects"])
def test_e5_a_body_nested_deeper_than_any_of_the_shops_is_refused(opening: str, closing: str, depth: int) -> None:
    nested = opening * (depth - 1) + "1" + closing * (depth - 1)
    status, problem = post_raw(f'{{"text": "x", "junk": {nested}}}')
    assert (status, problem["detail"]) == (400, "请求体不是有效的 JSON。")


def test_e5_a_body_nested_as_deep_as_the_bound_is_read() -> None:
    assert post_raw('{"text": "x", "junk": ' + "[" * 31 + "1" + "]" * 31 + "}")[0] == 201


def test_e6_twelve_megabytes_are_refused_unread() -> None:
    body = json.dumps({"text": "x" * 12_000_000})
    status, problem = post_raw(body)
    assert (status, problem["type"]) == (413, "urn:mxshop:problem:too_large")


def test_e6_body_of_a_megabyte_is_the_limit(settings) -> None:
    body = json.dumps({"text": "x", "junk": ""})
    padding = settings.DATA_UPLOAD_MAX_MEMORY_SIZE - len(body)
    assert post_raw(json.dumps({"text": "x", "junk": "x" * padding}))[0] == 201
    assert post_raw(json.dumps({"text": "x", "junk": "x" * (padding + 1)}))[0] == 413


def test_e7_five_thousand_fields_are_refused(visitor: APIClient) -> None:
    fields = {f"field{n}": "x" for n in range(5000)}
    response = visitor.post("/form/", {"text": "x", **fields}, format="multipart")
    assert (response.status_code, response.json()["type"]) == (413, "urn:mxshop:problem:too_large")
    assert visitor.get("/echo/", fields).status_code == 413


def test_f2_thirty_megabytes_of_form_are_refused_unread() -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n' + b"x" * 30_000_000 + b"\r\n--x--\r\n"
    status, problem = post_raw(body, "/form/", "multipart/form-data; boundary=x")
    assert (status, problem["type"]) == (413, "urn:mxshop:problem:too_large")


def test_a_form_with_none_of_its_parts_is_refused() -> None:
    assert post_raw(b"--y\r\nnonsense", "/form/", "multipart/form-data; boundary=x")[0] == 400


@pytest.mark.parametrize("content_type", ["multipart/form-data", "multipart/form-data; boundary="])
def test_a_form_that_does_not_name_its_boundary_is_refused_in_the_shops_words(content_type: str) -> None:
    status, problem = post_raw(b"--y\r\nnonsense", "/form/", content_type)
    assert (status, problem["detail"]) == (400, "无法读取表单：各部分的分隔与请求头所述不符。")


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_e8_other_methods_are_refused(visitor: APIClient, method: str) -> None:
    assert getattr(visitor, method)("/echo/", {}).status_code == 405


@pytest.mark.parametrize("accept", ["application/xml", "text/html", "image/png"])
def test_e9_unknown_answer_types_are_refused(visitor: APIClient, accept: str) -> None:
    response = visitor.get("/echo/", HTTP_ACCEPT=accept)
    assert response.status_code == 406
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("accept", ["", " "])
def test_e9_who_names_no_answer_type_takes_any(visitor: APIClient, accept: str) -> None:
    response = visitor.get("/echo/", HTTP_ACCEPT=accept)
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")


def test_e9_browser_sees_json(visitor: APIClient) -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
    response = visitor.get("/echo/", HTTP_ACCEPT=accept)
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")


@pytest.mark.parametrize(
    "text", ["红富士苹果", "🍎🧑‍🌾", "שלום", "a\u200bb", "раураl", "é\u0301", "<script>alert(1)</script>", "a\nb"]
)
def test_e10_unicode_comes_back_as_it_went_in(visitor: APIClient, text: str) -> None:
    response = visitor.post("/echo/", {"text": text})
    assert (response.status_code, response.json()["text"]) == (201, text)


@pytest.mark.parametrize(
    "body",
    [
        '{"text": "a\\u0000b"}',
        b'{"text": "a\x00b"}',
        '{"text": "\\ud800"}',
        '{"\\udfff": 1, "text": "x"}',
        json.dumps({"text": "x" * 100_000}),
    ],
    ids=["nul-escaped", "nul-raw", "surrogate", "surrogate-key", "long"],
)
def test_e11_characters_that_are_none_are_refused(body: str | bytes) -> None:
    assert post_raw(body)[0] == 400


def test_e14_head_and_options(visitor: APIClient) -> None:
    head = visitor.head("/echo/")
    assert (head.status_code, head.content) == (200, b"")
    assert visitor.options("/echo/").status_code == 200
    assert visitor.options("/private/").status_code == 401


@pytest.mark.parametrize(
    "path",
    [
        "/.git/config",
        "/.env",
        "/../etc/passwd",
        "/static/../manage.py",
        "/static/..%2f..%2fmanage.py",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/echo/%00",
        "/echo/\x00",
        "/%ff%fe/",
        "/raise\r\nX-Evil: 1/",
        "//evil.example/..",
    ],
)
def test_e15_paths_out_of_the_shop_are_not_found(path: str) -> None:
    response = Client().get(path)
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")


def test_e17_answers_do_not_repeat_a_foreign_host(settings, visitor: APIClient) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    for path in ("/numbers/?page=2", "/echo", "/nowhere/", "/raise/conflict/"):
        response = visitor.get(path, HTTP_HOST="evil.example", HTTP_X_FORWARDED_HOST="evil.example")
        assert "evil.example" not in response.content.decode() + str(dict(response.headers))


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "a b", "testserver@evil.example"])
def test_e17_unknown_host_is_a_problem(visitor: APIClient, host: str) -> None:
    response = visitor.get("/echo/", HTTP_HOST=host)
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert response.json()["detail"] == "商城不使用这个主机名。"


@pytest.mark.parametrize("debug", [True, False])
def test_e17_a_malformed_host_shows_no_page_of_djangos(settings, visitor: APIClient, caplog, debug: bool) -> None:
    settings.DEBUG, settings.ALLOWED_HOSTS = debug, ["*"]
    response = visitor.get("/echo/", HTTP_HOST="a/../b", HTTP_ACCEPT_LANGUAGE="en")
    assert (response.status_code, response.json()["title"]) == (400, "Invalid input")
    assert [record.levelname for record in caplog.records] == ["WARNING"]


@pytest.mark.parametrize("path", ["/echo/", "/nowhere/", "/page/broken/", "/xadmin/missing/"])
def test_e6_no_page_whatever_reads_a_body_beyond_the_bound(settings, visitor: APIClient, path: str) -> None:
    settings.MAX_BODY_BYTES = 1000
    assert visitor.post(path, b"x" * 1001, content_type="text/plain").status_code == 413


def test_a_body_that_does_not_say_how_long_it_is_is_refused(visitor: APIClient) -> None:
    response = visitor.generic("POST", "/echo/", HTTP_TRANSFER_ENCODING="chunked")
    assert (response.status_code, response.json()["type"]) == (411, "urn:mxshop:problem:length_required")


def test_a_length_that_is_no_number_is_refused(visitor: APIClient) -> None:
    assert visitor.post("/echo/", {"text": "x"}, CONTENT_LENGTH="three").status_code == 400


def test_e18_other_origins_are_not_let_in(visitor: APIClient) -> None:
    for response in (
        visitor.get("/echo/", HTTP_ORIGIN="https://evil.example"),
        visitor.options("/echo/", HTTP_ORIGIN="https://evil.example", HTTP_ACCESS_CONTROL_REQUEST_METHOD="POST"),
    ):
        assert "Access-Control-Allow-Origin" not in response
        assert "Access-Control-Allow-Credentials" not in response


def test_e18_named_origin_is_let_in(settings, visitor: APIClient) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://shop.example"]
    response = visitor.options(
        "/echo/",
        HTTP_ORIGIN="https://shop.example",
        HTTP_ACCESS_CONTROL_REQUEST_METHOD="PATCH",
        HTTP_ACCESS_CONTROL_REQUEST_HEADERS="authorization",
    )
    assert response["Access-Control-Allow-Origin"] == "https://shop.example"
    assert "authorization" in response["Access-Control-Allow-Headers"]
    assert "PATCH" in response["Access-Control-Allow-Methods"]


@pytest.mark.parametrize("path", ["/echo/", "/nowhere/", "/raise/conflict/"])
def test_e19_headers_keep_browsers_careful(visitor: APIClient, path: str) -> None:
    response = visitor.get(path)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Set-Cookie" not in response
    assert len(response["X-Request-ID"]) == 32


def test_request_id_of_a_proxy_is_kept_if_it_is_harmless(visitor: APIClient) -> None:
    assert visitor.get("/echo/", HTTP_X_REQUEST_ID="0af7651916cd43dd")["X-Request-ID"] == "0af7651916cd43dd"
    assert visitor.get("/echo/", HTTP_X_REQUEST_ID="<b>0af7651916cd</b>")["X-Request-ID"] != "<b>0af7651916cd</b>"


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "text/plain", "application/xml"])
def test_e25_other_media_types_are_refused(content_type: str) -> None:
    status, problem = post_raw("text=x", content_type=content_type)
    assert (status, problem["type"]) == (415, "urn:mxshop:problem:unsupported_media_type")


def test_broken_query_is_read_with_replacement(visitor: APIClient) -> None:
    response = visitor.generic("GET", "/echo/?a=%ED%A0%80&b=%ff&c=%00")
    assert response.status_code == 200
    assert response.json()["query"]["b"] == "\ufffd"


def test_doubled_leading_slash_is_read_as_one(visitor: APIClient) -> None:
    # By PATH_INFO: the test client itself takes `//echo` for a host.
    response = visitor.get("/echo/?a=1", PATH_INFO="//echo/")
    assert response.json() == {"query": {"a": "1"}, "path": "/echo/"}
    assert visitor.post("/echo/", {"text": "x"}, PATH_INFO="//echo/").status_code == 201
