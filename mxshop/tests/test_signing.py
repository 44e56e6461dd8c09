"""The key that signs what sister applications are told."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from mxshop.settings.signing import generated_key, read_key

PEM = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()


def test_a_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    assert generated_key(path) == generated_key(path) == path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("kind", ["missing", "text", "small", "curve"])
def test_what_is_no_key_is_named_at_start(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    match kind:
        case "text":
            path.write_text("no key")
        case "small":
            path.write_bytes(rsa.generate_private_key(public_exponent=65537, key_size=1024).private_bytes(*PEM))
        case "curve":
            path.write_bytes(ec.generate_private_key(ec.SECP256R1()).private_bytes(*PEM))
    with pytest.raises(ImproperlyConfigured, match=r"key\.pem"):
        read_key(str(path))


def test_keys_of_before_are_published_on(settings, client: Client, tmp_path: Path) -> None:
    old = generated_key(tmp_path / "old.pem")
    settings.OAUTH2_PROVIDER = settings.OAUTH2_PROVIDER | {"OIDC_RSA_PRIVATE_KEYS_INACTIVE": [old]}
    present, before = client.get("/oauth/jwks/").json()["keys"]
    assert present["kid"] != before["kid"]
    assert "d" not in present | before
