"""A newcomer follows the link of a letter in a browser."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from apps.notifications.services import outbox
from apps.users.models import UserProfile
from apps.users.services import email_registration

PASSWORD = "right horse battery"


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_link_of_a_letter_opens_the_account(page: Page, settings, tmp_path: Path) -> None:
    settings.MAIL_OUTBOX_FILE = tmp_path / "mail.jsonl"
    email_registration.register(email="new@example.com", password=PASSWORD, ip=None)
    outbox.deliver_due()
    letter = json.loads(settings.MAIL_OUTBOX_FILE.read_text())
    [link] = re.findall(r"/activate/#\S+", letter["text"])

    page.goto(link)
    page.get_by_label("密码").fill("another")
    page.get_by_role("button", name="确认").click()
    expect(page.get_by_role("status")).to_have_text("密码错误。")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="确认").click()

    expect(page.get_by_role("status")).to_have_text("邮箱已确认，现在可以用它登录。")
    assert "#" not in page.url
    assert UserProfile.objects.get().is_active
