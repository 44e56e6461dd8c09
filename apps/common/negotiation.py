"""What a caller may take for an answer."""

from django.http import HttpRequest
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request


class ShopNegotiation(DefaultContentNegotiation):
    """Choose by the Accept header; an empty one, as some clients send it, asks for nothing in particular."""

    def get_accept_list(self, request: HttpRequest | Request) -> list[str]:
        """Return the media types that the caller takes."""
        if not request.headers.get("Accept", "").strip():
            return ["*/*"]
        return super().get_accept_list(request)  # type: ignore[arg-type]  # stubs know one of the two
