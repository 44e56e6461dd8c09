"""What the page at `/` tells: whoever tries the shop finds the way, the public learns nothing of the machine."""

from typing import Any

import pytest
from django.test import Client


@pytest.fixture(autouse=True)
def no_shop_attached(settings: Any, tmp_path: Any) -> None:
    settings.SHOP_DIR = tmp_path


def page(language: str) -> str:
    return Client().get("/", headers={"accept-language": language}).content.decode()


def test_who_tries_the_shop_is_told_where_letters_go(settings: Any) -> None:
    settings.SMS_OUTBOX_FILE = settings.BASE_DIR / "var/outbox/sms.jsonl"
    settings.MAIL_OUTBOX_FILE = settings.BASE_DIR / "var/outbox/mail.jsonl"

    assert "<pre>var/outbox/sms.jsonl\nvar/outbox/mail.jsonl\n</pre>" in page("en")
    assert "on your own machine" in page("en")
    assert "运行在你自己的机器上" in page("zh-hans")
    assert "attach_shop" in page("en")


def test_the_public_is_told_no_paths_and_no_commands(settings: Any) -> None:
    settings.SAMPLE_SHOP = settings.THIRD_PARTY_SANDBOX = False
    settings.SMS_PROVIDERS, settings.MAIL_PROVIDER = ["yunpian"], "smtp"

    for language in ("en", "zh-hans"):
        told = page(language)
        assert "/docs/" in told
        for secret in ("jsonl", "manage.py", "machine", "机器", "/login/weixin/", str(settings.BASE_DIR)):
            assert secret not in told


def test_what_is_really_sent_is_in_no_file(settings: Any) -> None:
    settings.SMS_PROVIDERS = ["yunpian"]
    assert "sms.jsonl" not in page("en")
    assert "mail.jsonl" in page("en")
