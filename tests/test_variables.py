"""The environment's variables: an empty one is not set, and one that makes no sense is named at start."""

import os
from collections.abc import Callable
from ipaddress import ip_network
from pathlib import Path

import environ
import pytest
from django.core.exceptions import ImproperlyConfigured

from mxshop import environment
from mxshop.settings import variables as env
from mxshop.settings.databases import MYSQL_OPTIONS, cache_from, database_from

HERE = Path(__file__).parent
READERS: list[tuple[Callable[[], object], object]] = [
    (lambda: env.text("X", "default"), "default"),
    (lambda: env.flag("X"), False),
    (lambda: env.choice("X", "one", "two"), "one"),
    (lambda: env.choices("X", "one", "two"), ["one"]),
    (lambda: env.number("X", default=30), 30),
    (lambda: env.words("X", ["a"]), ["a"]),
    (lambda: env.pairs("X"), {}),
    (lambda: env.networks("X", ["127.0.0.1"]), [ip_network("127.0.0.1")]),
    (lambda: env.web_address("X"), ""),
    (lambda: env.file("X"), ""),
    (lambda: env.mail_server("X"), {}),
    (lambda: env.folder("X", HERE / "media", apart_from=HERE), HERE / "media"),
]


@pytest.mark.parametrize("value", [None, "", "  "])
@pytest.mark.parametrize(("read", "default"), READERS)
def test_unset_and_empty_are_the_same(
    monkeypatch: pytest.MonkeyPatch, read: Callable[[], object], default: object, value: str | None
) -> None:
    monkeypatch.delenv("X", raising=False) if value is None else monkeypatch.setenv("X", value)
    assert read() == default


@pytest.mark.parametrize(
    ("value", "read", "meant"),
    [
        ("yes", lambda: env.flag("X"), True),
        ("two", lambda: env.choice("X", "one", "two"), "two"),
        ("two, one", lambda: env.choices("X", "one", "two"), ["two", "one"]),
        ("45", lambda: env.number("X", default=30), 45),
        ("a, b,,", lambda: env.words("X"), ["a", "b"]),
        ("a=1, b=x=y", lambda: env.pairs("X"), {"a": "1", "b": "x=y"}),
        ("10.0.0.0/8,::1", lambda: env.networks("X"), [ip_network("10.0.0.0/8"), ip_network("::1")]),
        ("https://shop.example/", lambda: env.web_address("X"), "https://shop.example"),
        (__file__, lambda: env.file("X"), __file__),
        (
            "smtp://shop%40a:p%3Aw@mail.example",
            lambda: env.mail_server("X"),
            {
                "host": "mail.example",
                "port": 587,
                "username": "shop@a",
                "password": "p:w",
                "use_tls": True,
                "use_ssl": False,
            },
        ),
        ("/srv/media", lambda: env.folder("X", HERE, apart_from=HERE), Path("/srv/media")),
    ],
)
def test_what_is_set_is_read(
    monkeypatch: pytest.MonkeyPatch, value: str, read: Callable[[], object], meant: object
) -> None:
    monkeypatch.setenv("X", value)
    assert read() == meant


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("three", lambda: env.choice("X", "one", "two")),
        ("one,three", lambda: env.choices("X", "one", "two")),
        ("0", lambda: env.number("X", default=30)),
        ("-5", lambda: env.number("X", default=30)),
        ("abc", lambda: env.number("X", default=30)),
        ("register", lambda: env.pairs("X")),
        ("10.0.0.1/8", lambda: env.networks("X")),
        ("the proxy", lambda: env.networks("X")),
        ("shop.example", lambda: env.web_address("X")),
        ("https:///path", lambda: env.web_address("X")),
        ("/nowhere/places.mmdb", lambda: env.file("X")),
        ("mail.example", lambda: env.mail_server("X")),
        ("smtp://", lambda: env.mail_server("X")),
        ("smtp://mail.example:mail", lambda: env.mail_server("X")),
        ("https://mail.example", lambda: env.mail_server("X")),
        (str(HERE), lambda: env.folder("X", HERE / "media", apart_from=HERE)),
        ("/", lambda: env.folder("X", HERE / "media", apart_from=HERE)),
    ],
)
def test_what_makes_no_sense_is_named(monkeypatch: pytest.MonkeyPatch, value: str, read: Callable[[], object]) -> None:
    monkeypatch.setenv("X", value)
    with pytest.raises(ImproperlyConfigured, match="X"):
        read()


@pytest.mark.parametrize("url", ["nonsense", "postgres://a@b/c", "mongodb://x"])
def test_only_databases_that_the_shop_is_proven_on_are_taken(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL must begin with"):
        database_from(url, var=HERE)


def test_a_databases_url_adds_to_the_options() -> None:
    options = database_from("mysql://root@db/shop?ssl_ca=/etc/ca.pem&read_timeout=3600", var=HERE)["OPTIONS"]

    assert options == MYSQL_OPTIONS | {"ssl_ca": "/etc/ca.pem", "read_timeout": 3600}


def test_redis_is_spoken_to_as_redis() -> None:
    with pytest.raises(ImproperlyConfigured, match="REDIS_URL must begin with"):
        cache_from("http://127.0.0.1/", prefix="mxshop")


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(os, "environ", {"MXSHOP_PAYMENT": "sandbox"})
    monkeypatch.setattr(environ.Env, "ENVIRON", os.environ)
    monkeypatch.setattr(environment, "ENV_FILE", tmp_path / ".env")
    return tmp_path / ".env"


def test_the_file_chooses_the_environment_too(file: Path) -> None:
    file.write_text("MXSHOP_ENV=staging\nMXSHOP_PAYMENT=alipay\nMXSHOP_SMS_SIGNATURE=慕学\n")
    environment.select_settings()

    assert os.environ["DJANGO_SETTINGS_MODULE"] == "mxshop.settings.staging"
    assert os.environ["MXSHOP_SMS_SIGNATURE"] == "慕学"
    assert os.environ["MXSHOP_PAYMENT"] == "sandbox"  # as the process was given


def test_without_a_file_it_is_development(file: Path) -> None:
    environment.select_settings()
    assert os.environ["DJANGO_SETTINGS_MODULE"] == "mxshop.settings.development"


def test_the_suite_does_not_read_the_file(file: Path) -> None:
    file.write_text("MXSHOP_SMS_SIGNATURE=慕学\n")
    os.environ["MXSHOP_ENV"] = "test"
    environment.select_settings()

    assert os.environ["DJANGO_SETTINGS_MODULE"] == "mxshop.settings.test"
    assert "MXSHOP_SMS_SIGNATURE" not in os.environ
