"""Addresses of the shop itself. None is ever built from the Host header, which a visitor may forge."""

from django.conf import settings

# Shown where a picture ought to be and is not.
PLACEHOLDER = "/static/mxshop/placeholder.svg"


def public_url(path: str) -> str:
    """Return the address of a root-relative path for an answer: absolute only if the shop's address is set."""
    return f"{settings.MXSHOP_PUBLIC_URL}{path}" if path.startswith("/") else path


def absolute_url(path: str) -> str:
    """Return an absolute address, for a gateway that must find its way back to the shop."""
    return f"{settings.MXSHOP_PUBLIC_URL or f'http://127.0.0.1:{settings.PORT}'}{path}"
