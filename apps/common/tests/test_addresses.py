"""Addresses of the shop come from its settings."""

import pytest

from apps.common.addresses import absolute_url, public_url


@pytest.mark.parametrize(
    ("own", "path", "address"),
    [
        ("", "/media/a.jpg", "/media/a.jpg"),
        ("https://shop.example", "/media/a.jpg", "https://shop.example/media/a.jpg"),
        ("https://shop.example", "https://pictures.example/a.jpg", "https://pictures.example/a.jpg"),
        ("https://shop.example", "", ""),
    ],
)
def test_public_url(settings, own: str, path: str, address: str) -> None:
    settings.MXSHOP_PUBLIC_URL = own
    assert public_url(path) == address


def test_gateways_always_get_a_whole_address(settings) -> None:
    settings.MXSHOP_PUBLIC_URL, settings.PORT = "", 8123
    assert absolute_url("/alipay/return/") == "http://127.0.0.1:8123/alipay/return/"
    settings.MXSHOP_PUBLIC_URL = "https://shop.example"
    assert absolute_url("/alipay/return/") == "https://shop.example/alipay/return/"
