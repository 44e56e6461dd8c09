"""Where a request comes from: the address that limits count by and sessions remember."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request

# What one household or one rented machine gets: it changes the other half of its addresses at will.
IPV6_NEIGHBOURHOOD = 64


def client_ip(request: HttpRequest | Request) -> str | None:
    """Return the visitor's address: the other end of the connection, unless that is a proxy of ours.

    A proxy names who it spoke to at the end of `X-Forwarded-For`; so the last address there that is none of
    `settings.TRUSTED_PROXIES` is the visitor's. What stands before it the visitor may have written, and is not
    read. None when the connection has no address.
    """
    address = _parsed(request.META.get("REMOTE_ADDR", ""))
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    while address and forwarded and _is_ours(address):
        before = _parsed(forwarded.pop().strip())
        if before is None:
            break
        address = before
    return str(address) if address else None


def neighbourhood(ip: str) -> str:
    """Return what is counted as one caller: an IPv4 address, or the /64 network of an IPv6 one."""
    address = ip_address(ip)
    return ip if address.version == 4 else str(ip_network((address, IPV6_NEIGHBOURHOOD), strict=False))


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _is_ours(address: IPv4Address | IPv6Address) -> bool:
    return any(address in network for network in settings.TRUSTED_PROXIES)
