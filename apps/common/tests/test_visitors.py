"""The visitor's address is the one that our own proxies report, and nobody else's word."""

from ipaddress import ip_network

import pytest
from django.test import RequestFactory
from rest_framework.test import APIClient

from apps.common.visitors import client_ip, neighbourhood

PROXIES = [ip_network("127.0.0.1"), ip_network("10.0.0.0/8"), ip_network("fd00::/8")]


@pytest.mark.parametrize(
    ("connection", "forwarded", "visitor"),
    [
        ("192.0.2.1", "", "192.0.2.1"),
        ("192.0.2.1", "198.51.100.7", "192.0.2.1"),  # not a proxy: not believed
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("127.0.0.1", "203.0.113.1, 198.51.100.7", "198.51.100.7"),  # the visitor wrote the first
        ("127.0.0.1", "203.0.113.1, 198.51.100.7, 10.1.2.3", "198.51.100.7"),  # two proxies in a row
        ("127.0.0.1", "10.9.9.9", "10.9.9.9"),  # all are ours: the farthest
        ("127.0.0.1", "unknown", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.7, '; DROP TABLE", "127.0.0.1"),
        ("::ffff:127.0.0.1", "::ffff:198.51.100.7", "198.51.100.7"),
        ("fd00::1", "2001:db8::7", "2001:db8::7"),
        ("", "198.51.100.7", None),  # a Unix socket
    ],
)
def test_b22_only_our_proxies_are_believed(settings, connection: str, forwarded: str, visitor: str | None) -> None:
    settings.TRUSTED_PROXIES = PROXIES
    request = RequestFactory().get("/", REMOTE_ADDR=connection, HTTP_X_FORWARDED_FOR=forwarded)

    assert client_ip(request) == visitor


def test_b22_without_proxies_no_header_is_believed(rf: RequestFactory) -> None:
    request = rf.get("/", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="198.51.100.7")

    assert client_ip(request) == "127.0.0.1"


def test_a_network_of_ipv6_is_one_caller() -> None:
    assert neighbourhood("192.0.2.1") == "192.0.2.1"
    assert neighbourhood("2001:db8:1:2:3::4") == neighbourhood("2001:db8:1:2:ffff::1") == "2001:db8:1:2::/64"
    assert neighbourhood("2001:db8:1:3::4") == "2001:db8:1:3::/64"


@pytest.mark.django_db
@pytest.mark.urls("apps.common.tests.urls")
def test_visitors_behind_a_proxy_are_counted_each_for_themselves(settings, visitor: APIClient) -> None:
    settings.TRUSTED_PROXIES, settings.THROTTLE_SCALE = PROXIES, 1

    def knock(forwarded: str) -> int:
        return visitor.get("/guarded/", headers={"X-Forwarded-For": forwarded}).status_code

    assert [knock(f"198.51.100.{n}") for n in range(25)] == [200] * 25
    assert [knock(f"203.0.113.{n}, 198.51.100.99") for n in range(25)][-1] == 429
