"""The OpenAPI document's common parts: problems that every route may answer, keys in addresses, examples."""

from functools import cache
from typing import Any

from django.utils.translation import get_language
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import OpenApiExample

PROBLEM = {
    "type": "object",
    "description": (
        "An RFC 9457 problem. A validation problem carries a list of messages under each field's own name, "
        "and under `non_field_errors` what belongs to no field."
    ),
    "properties": {
        "type": {"type": "string", "format": "uri", "example": "urn:mxshop:problem:invalid_input"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "non_field_errors": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["type", "title", "status", "detail"],
    "additionalProperties": True,
}

REASONS = {
    "400": "The input is invalid",
    "401": "No valid token was sent",
    "403": "The caller may not do this",
    "404": "There is no such thing, or it is somebody else's",
    "405": "The route does not take this method",
    "406": "The route cannot answer in the media type asked for",
    "409": "A rule of the shop refused this",
    "411": "The body does not say how long it is",
    "413": "The request is too large",
    "415": "The route does not read this media type",
    "429": "Too many requests; `Retry-After` says when to come back",
    "502": "An outside service failed",
    "503": "The shop is busy; it is safe to try again, unless `type` ends in `outcome_unknown`: then look first",
}

# How the routes spell a key: as many digits as a BIGINT surely holds.
KEY_PATTERN = "^[0-9]{1,18}$"
KEY = {"type": "integer", "minimum": 0, "maximum": 10**18 - 1, "example": 1}

ALWAYS = ("400", "404", "405", "406", "429", "503")


def sent(name: str, value: Any, *, media_type: str = "application/json") -> OpenApiExample:
    """Show what a client may send. A reader, or a test of the server, sends it as it stands: it must do no harm."""
    return OpenApiExample(name, value, request_only=True, media_type=media_type)


def answered(name: str, value: Any, *, media_type: str = "application/json") -> OpenApiExample:
    """Show what the shop answers."""
    return OpenApiExample(name, value, response_only=True, media_type=media_type)


class RememberedSchemaGenerator(SchemaGenerator):
    """Work the document out once for each language: it costs a fifth of a second, and never changes."""

    def get_schema(self, request: Any = None, public: bool = False) -> dict[str, Any]:  # noqa: FBT001, FBT002  as its base
        return _document(get_language())


@cache
def _document(language: str | None) -> dict[str, Any]:
    generator: Any = SchemaGenerator  # it has no types
    document: dict[str, Any] = generator().get_schema(request=None, public=True)
    return document


def document_problems(result: dict[str, Any], generator: Any, request: Any, public: Any) -> dict[str, Any]:
    """Give every operation its problem answers, so that none is a surprise to a client (postprocessing hook)."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    for path in result["paths"].values():
        for method, operation in path.items():
            for status in _problems_of(method, operation):
                operation["responses"].setdefault(status, _problem_response(status))
    return result


def document_keys(result: dict[str, Any], generator: Any, request: Any, public: Any) -> dict[str, Any]:
    """Call a key in an address the number that it is, not a text of digits (postprocessing hook)."""
    for path in result["paths"].values():
        for operation in path.values():
            for parameter in operation.get("parameters", []):
                if parameter["in"] == "path" and parameter["schema"].get("pattern") == KEY_PATTERN:
                    parameter["schema"] = KEY
    return result


def _problems_of(method: str, operation: dict[str, Any]) -> list[str]:
    statuses = list(ALWAYS)
    if operation.get("security") and {} not in operation["security"]:
        statuses += ["401", "403"]
    if method in ("post", "put", "patch", "delete"):
        statuses += ["409", "411", "413"]
    if "requestBody" in operation:
        statuses.append("415")
    return sorted(statuses)


def _problem_response(status: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": REASONS[status], "content": {"application/problem+json": {"schema": schema}}}
