"""`/notices/`: what the shop tells its users."""

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from apps.common.tests.back_office import browser_of, clerk, listed, page
from apps.notifications.models import Notice
from apps.notifications.services import notices
from apps.users.models import UserProfile

ORDER = {"order": "2026112300001"}


def tell(user: UserProfile, topic: str = "order.paid", **facts: str) -> Notice:
    notices.tell(user_id=user.pk, topic=topic, params={**ORDER, **facts}, reference=ORDER["order"])
    notice = Notice.objects.first()
    assert notice is not None
    return notice


def test_a_user_reads_what_they_were_told_the_latest_first(shopper: APIClient, alice: UserProfile) -> None:
    tell(alice)
    notice = tell(alice, "order.parcel", carrier="顺丰速运", number="SF1")

    body = shopper.get("/notices/").json()

    assert (body["count"], body["next"], body["previous"]) == (2, None, None)
    first, second = body["results"]
    assert first == {
        "public_id": str(notice.public_id),
        "topic": "order.parcel",
        "text": "订单 2026112300001 的包裹已发出：顺丰速运 SF1。",
        "reference": "2026112300001",
        "created_at": first["created_at"],
        "read_at": None,
    }
    assert first["created_at"].endswith("+08:00")
    assert second["text"] == "订单 2026112300001 已付款成功。"


def test_the_text_is_in_the_language_of_the_reader(shopper: APIClient, alice: UserProfile) -> None:
    tell(alice)
    (shown,) = shopper.get("/notices/", headers={"Accept-Language": "en"}).json()["results"]
    assert shown["text"] == "We have received your payment for order 2026112300001."


def test_a_notice_is_read_once(shopper: APIClient, alice: UserProfile) -> None:
    notice = tell(alice)
    first = shopper.post(f"/notices/{notice.public_id}/read/").json()["read_at"]
    assert first is not None
    Notice.objects.update(read_at=timezone.now() - timedelta(days=1))
    before = Notice.objects.get().read_at

    assert shopper.post(f"/notices/{notice.public_id}/read/").status_code == 200
    assert Notice.objects.get().read_at == before


def test_all_are_read_at_once_and_nobody_elses(shopper: APIClient, alice: UserProfile, charlie: UserProfile) -> None:
    for user in (alice, alice, charlie):
        tell(user)

    assert shopper.post("/notices/read/").json() == {"count": 2}
    assert shopper.post("/notices/read/").json() == {"count": 0}

    assert list(Notice.objects.filter(read_at=None).values_list("user__username", flat=True)) == ["charlie"]


@pytest.mark.parametrize(("query", "count"), [("", 3), ("true", 2), ("false", 1), ("odd", 3)])
def test_new_ones_are_found(shopper: APIClient, alice: UserProfile, query: str, count: int) -> None:
    for _number in range(3):
        notice = tell(alice)
    notices.mark_read(notice=notice)
    assert shopper.get("/notices/", {"unread": query}).json()["count"] == count


def test_a2_notices_are_their_users_alone(
    shopper: APIClient, stranger: APIClient, visitor: APIClient, alice: UserProfile
) -> None:
    address = f"/notices/{tell(alice).public_id}/read/"

    assert stranger.get("/notices/").json()["results"] == []
    assert stranger.post(address).status_code == 404
    assert [visitor.get("/notices/").status_code, visitor.post(address).status_code] == [401, 401]
    assert visitor.post("/notices/read/").status_code == 401
    assert Notice.objects.get().read_at is None


def test_a_list_costs_the_same_however_long(shopper: APIClient, alice: UserProfile, at_most_statements) -> None:
    for _number in range(12):
        tell(alice)
    with at_most_statements(2):
        assert len(shopper.get("/notices/").json()["results"]) == 12


def test_without_words_or_facts_nothing_is_told(alice: UserProfile) -> None:
    for topic, params in (("order.unheard_of", ORDER), ("order.parcel", ORDER)):
        with pytest.raises(KeyError):
            notices.tell(user_id=alice.pk, topic=topic, params=params)
    assert not Notice.objects.exists()


def test_a_topic_that_was_given_up_has_no_text(shopper: APIClient, alice: UserProfile) -> None:
    Notice.objects.create(user=alice, topic="order.of_old")
    assert shopper.get("/notices/").json()["results"][0]["text"] == ""


def test_staff_see_what_users_were_told(superuser: UserProfile, alice: UserProfile) -> None:
    notice = tell(alice)
    office = browser_of(superuser)
    assert "订单 2026112300001 已付款成功。" in page(office, "/xadmin/notifications/notice/")
    assert "订单 2026112300001 已付款成功。" in page(office, f"/xadmin/notifications/notice/{notice.pk}/detail/")
    assert listed(office, "/xadmin/notifications/notice/", "_q_=2026112300001") == [str(notice.pk)]
    assert clerk("trade.view_order").get("/xadmin/notifications/notice/").status_code == 403
