"""Staff see what is owed to the outside, and send again what was given up."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from apps.common.exceptions import Conflict
from apps.common.tests.back_office import act, browser_of, clerk, listed, page, send
from apps.notifications.models import OutboxMessage
from apps.notifications.services import outbox
from apps.users.models import UserProfile

OUTBOX = "/xadmin/notifications/outboxmessage/"


def an_outbox_message(**fields: Any) -> OutboxMessage:
    defaults = {"topic": "test", "url": "http://127.0.0.1:1/nobody", "due_at": timezone.now()}
    return OutboxMessage.objects.create(**{**defaults, **fields})


def given_up() -> OutboxMessage:
    return an_outbox_message(status="dead", attempts=8, last_error="answered 503")


@pytest.fixture
def office(superuser: UserProfile) -> Client:
    return browser_of(superuser)


@pytest.mark.parametrize(
    ("query", "found"),
    [("", 1), ("_q_=503", 1), ("_q_=504", 0), ("_p_status__exact=dead", 1), ("_p_status__exact=sent", 0)],
)
def test_messages_are_found(office: Client, query: str, found: int) -> None:
    given_up()
    assert len(listed(office, OUTBOX, query)) == found
    page(office, f"{OUTBOX}?{query}")


@pytest.mark.parametrize("query", ["", "?_cols=topic.payload", "?_cols=payload&_do_=export", "?_p_payload__code=9527"])
def test_what_is_sent_stays_inside(office: Client, query: str) -> None:
    message = an_outbox_message(payload={"code": "9527", "mobile": "13800000001"})
    shown = office.get(f"{OUTBOX}{query}").text + page(office, f"{OUTBOX}{message.pk}/detail/")
    assert "13800000001" not in shown
    assert listed(office, OUTBOX, "_p_payload__contains=9527") == []


@pytest.mark.django_db(transaction=True)
def test_what_was_given_up_is_sent_again() -> None:
    message = given_up()
    client = clerk("notifications.change_outboxmessage")
    assert 'value="send_again"' in page(client, f"{OUTBOX}{message.pk}/detail/")
    assert act(client, OUTBOX, "send_again", message).status_code == 302

    message.refresh_from_db()
    # It was tried at once, after the commit; nobody listens there.
    assert (message.status, message.attempts) == ("due", 1)
    assert message.last_error.startswith("ConnectionError")
    assert 'value="send_again"' not in page(client, f"{OUTBOX}{message.pk}/detail/")

    act(client, OUTBOX, "send_again", message)
    message.refresh_from_db()
    assert message.attempts == 1
    assert "只有已放弃的消息才能重新发送。" in page(client, OUTBOX)


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["due", "sent"])
def test_only_what_was_given_up_is_sent_again(status: str) -> None:
    message = an_outbox_message(status=status, attempts=1)
    with pytest.raises(Conflict):
        outbox.send_again(message=message)
    message.refresh_from_db()
    assert (message.status, message.attempts) == (status, 1)


@pytest.mark.django_db
def test_sending_again_needs_the_right() -> None:
    message = given_up()
    client = clerk("notifications.view_outboxmessage", "notifications.delete_outboxmessage")
    assert act(client, OUTBOX, "send_again", message).status_code == 403
    message.refresh_from_db()
    assert (message.status, message.attempts) == ("dead", 8)


def test_nobody_types_into_the_outbox(office: Client) -> None:
    message = given_up()
    before = list(OutboxMessage.objects.values())
    for path in ("add/", "{pk}/update/", "{pk}/delete/", "{pk}/patch/"):
        data = {"url": "http://evil.example/", "status": "due", "post": "yes"}
        assert send(office, OUTBOX + path.format(pk=message.pk), data).status_code == 403
    assert list(OutboxMessage.objects.values()) == before


def test_the_list_costs_the_same_however_long(
    office: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _row in range(50):
        given_up()
    with django_assert_max_num_queries(11):
        assert page(office, OUTBOX).count('class="grid-item') == 50
