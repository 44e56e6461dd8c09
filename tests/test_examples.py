"""Every operation of the OpenAPI document shows what is sent and answered, and each example is as its schema says."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime
from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator, FormatChecker

from apps.users.api import examples as account
from mxshop.sample.people import ACCOUNTS

FORMATS = FormatChecker()


@FORMATS.checks("date-time", raises=ValueError)
def is_moment(value: object) -> bool:
    """Tell whether it is a moment of RFC 3339: with an offset."""
    return not isinstance(value, str) or datetime.fromisoformat(value).utcoffset() is not None


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return SchemaGenerator().get_schema(request=None, public=True)


def bodies(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every body that is sent, and every one that is answered when all went well, with its place."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            sent = {"sent": operation.get("requestBody", {})}
            answered = {status: answer for status, answer in operation["responses"].items() if status.startswith("2")}
            for direction, body in {**sent, **answered}.items():
                for media_type, content in body.get("content", {}).items():
                    yield f"{method.upper()} {path} {direction} {media_type}", content


def without_example(document: dict[str, Any]) -> list[str]:
    return [place for place, content in bodies(document) if not content.get("examples")]


def in_json_schema(part: Any, *, closed: bool) -> Any:
    """Say in JSON Schema's words what OpenAPI 3.0 says; `closed`: no object has a key that its schema does not name."""
    if isinstance(part, list):
        return [in_json_schema(one, closed=closed) for one in part]
    if not isinstance(part, dict):
        return part
    said = {name: in_json_schema(one, closed=closed) for name, one in part.items() if name != "nullable"}
    if closed and part.get("type") == "object" and "properties" in part:
        said.setdefault("additionalProperties", False)
    return {"anyOf": [said, {"type": "null"}]} if part.get("nullable") is True else said


def test_every_operation_shows_what_is_sent_and_what_is_answered(document: dict[str, Any]) -> None:
    assert len(list(bodies(document))) > 80
    assert without_example(document) == []


def test_an_operation_without_example_is_named(document: dict[str, Any]) -> None:
    poorer = deepcopy(document)
    del poorer["paths"]["/banners/"]["get"]["responses"]["200"]["content"]["application/json"]["examples"]
    del poorer["paths"]["/refunds/{public_id}/pictures/"]["post"]["requestBody"]["content"]["multipart/form-data"][
        "examples"
    ]
    assert without_example(poorer) == [
        "GET /banners/ 200 application/json",
        "POST /refunds/{public_id}/pictures/ sent multipart/form-data",
    ]


def test_each_example_is_what_its_schema_says(document: dict[str, Any]) -> None:
    wrong = []
    for place, content in bodies(document):
        # What is sent may have more keys: the old clients send some that mean nothing.
        whole = {"allOf": [content["schema"]], "components": document["components"]}
        schema = in_json_schema(whole, closed=" sent " not in place)
        validator = Draft202012Validator(schema, format_checker=FORMATS)
        for name, example in content["examples"].items():
            errors = validator.iter_errors(example["value"])
            wrong += [f"{place}, {name}: {error.json_path} {error.message}" for error in errors]
    assert wrong == []


def test_the_password_examples_open_no_account() -> None:
    """Whoever tries the examples, a test of the server too, goes on with the password of before."""
    [example] = account.PASSWORD_CHANGE
    known = {one.password for one in ACCOUNTS} | {example.value["password"] for example in account.LOGIN}
    assert example.value["old_password"] not in known
    shown = [one.value for one in (*account.PROOF, *account.MOBILE_CHANGE, *account.EMAIL_CHANGE)]
    assert [one["password"] for one in shown if one.get("password") in known] == []
