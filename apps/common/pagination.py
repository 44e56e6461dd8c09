"""Pages of long lists."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import InvalidPage
from django.db.models import QuerySet
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common.addresses import public_url

PAST_THE_END = 1_000_000


class ShopPagination(PageNumberPagination):
    """Twelve a page, as the client counts, at most a hundred; a page past the end is empty, not an error."""

    page_size = 12
    page_size_query_param = "page_size"
    max_page_size = 100

    def paginate_queryset(
        self, queryset: QuerySet[Any] | Sequence[Any], request: Request, view: APIView | None = None
    ) -> list[Any]:
        self.request = request
        paginator = self.django_paginator_class(queryset, self.get_page_size(request) or self.page_size)
        self.count = paginator.count
        self.number = _page_number(request.query_params.get(self.page_query_param, ""))
        self.last = paginator.num_pages
        try:
            return list(paginator.page(self.number))
        except InvalidPage:
            return []

    def get_paginated_response(self, data: Sequence[Any]) -> Response:
        return Response(
            {
                "count": self.count,
                "next": self._link(self.number + 1) if self.number < self.last else None,
                "previous": self._link(min(self.number - 1, self.last)) if self.number > 1 else None,
                "results": data,
            }
        )

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe the page for the OpenAPI document; its example is a list of one."""
        link = {
            "type": "string",
            "format": "uri-reference",
            "nullable": True,
            "description": "Root-relative, unless the shop's public address is set; null where there is no such page.",
            "example": None,
        }
        properties = {"count": {"type": "integer", "example": 1}, "next": link, "previous": link, "results": schema}
        return {"type": "object", "required": list(properties), "properties": properties}

    def _link(self, number: int) -> str:
        request: Request = self.request  # type: ignore[assignment]  # paginate_queryset() set it
        query = request.query_params.copy()
        query[self.page_query_param] = str(number)
        return public_url(f"{request.path}?{query.urlencode()}")


def _page_number(text: str) -> int:
    """Read a page number kindly: what is no number is the first page, what is beyond reason is past the end."""
    if not (text.isascii() and text.isdigit()):
        return 1
    # Longer than any page that there is, and perhaps than Python reads.
    return min(max(int(text), 1), PAST_THE_END) if len(text) < 10 else PAST_THE_END
