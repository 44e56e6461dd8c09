"""Reading the environment's variables. One that makes no sense is named at start, not found by a customer."""

import os
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    """Return a variable; an empty one counts as not set, here and in all that follows."""
    return os.environ.get(name, "").strip() or default


def flag(name: str) -> bool:
    """Tell whether a variable says yes."""
    return text(name).lower() in ("1", "true", "yes", "on")


def choice(name: str, *known: str) -> str:
    """Return one of the known values, the first when there is none."""
    value = text(name, known[0])
    if value not in known:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be one of: {', '.join(known)}")
    return value


def choices(name: str, *known: str) -> list[str]:
    """Return some of the known values in the order given, the first when there is none."""
    values = words(name, known[:1])
    if unknown := [value for value in values if value not in known]:
        raise ImproperlyConfigured(f"{name} names {', '.join(unknown)}; known are: {', '.join(known)}")
    return values


def number(name: str, *, default: int) -> int:
    """Return a whole number of at least one."""
    value = text(name, str(default))
    if not (value.isascii() and value.isdigit() and int(value)):
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be a whole number of at least 1")
    return int(value)


def words(name: str, default: Sequence[str] = ()) -> list[str]:
    """Return what stands between the commas."""
    return [word.strip() for word in text(name).split(",") if word.strip()] or list(default)


def pairs(name: str) -> dict[str, str]:
    """Return `a=1,b=2` as a dictionary."""
    parted = [word.partition("=") for word in words(name)]
    if not all(key and equals for key, equals, _value in parted):
        raise ImproperlyConfigured(f"{name} must look like a=1,b=2")
    return {key.strip(): value.strip() for key, _equals, value in parted}


def networks(name: str, default: Sequence[str] = ()) -> list[IPv4Network | IPv6Network]:
    """Return IP addresses and networks."""
    try:
        return [ip_network(word) for word in words(name, default)]
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: {error}") from error


def web_address(name: str, default: str = "") -> str:
    """Return an http(s) address without a slash at its end, or nothing."""
    value = text(name, default).rstrip("/")
    if value and not (value.startswith(("http://", "https://")) and urlsplit(value).hostname):
        raise ImproperlyConfigured(f"{name} is {value!r}; it must begin with http:// or https://")
    return value


def file(name: str) -> str:
    """Return the path of a file that this process can read, or nothing."""
    path = text(name)
    if path and not os.access(path, os.R_OK):
        raise ImproperlyConfigured(f"{name} is {path!r}, which cannot be read")
    return path


def mail_server(name: str) -> dict[str, Any]:
    """Return how the mail server of an address is reached, as Django's backend wants it; nothing if none is named.

    `smtp://user:password@host:587` with STARTTLS, `smtps://...:465` with TLS from the start, and `smtp+plain://` for
    a server next door. User and password are spelt as in any address.
    """
    url = urlsplit(text(name))
    if not url.geturl():
        return {}
    ports = {"smtp": 587, "smtps": 465, "smtp+plain": 25}
    try:
        port = url.port or ports[url.scheme]
    except (KeyError, ValueError):
        port = 0
    if not (port and url.hostname):
        raise ImproperlyConfigured(f"{name} must look like smtp://user:password@host:587")
    return {
        "host": url.hostname,
        "port": port,
        "username": unquote(url.username or ""),
        "password": unquote(url.password or ""),
        "use_tls": url.scheme == "smtp",
        "use_ssl": url.scheme == "smtps",
    }


def folder(name: str, default: Path, *, apart_from: Path) -> Path:
    """Return the absolute path of a folder of files to hand out, which must not hold `apart_from`."""
    path = Path(text(name, str(default))).resolve()
    if apart_from.resolve().is_relative_to(path):
        raise ImproperlyConfigured(f"{name} is {str(path)!r}; everybody could read {str(apart_from)!r} there")
    return path
