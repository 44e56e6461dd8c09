"""Staff read what shoppers keep and write, answer reviews, and delete messages with their files."""

from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from xadmin.models import Log

from apps.common.tests.back_office import act, browser_of, clerk, listed, page, send
from apps.user_operation.models import Address, Favourite, Message, Review
from apps.user_operation.tests.factories import AddressFactory, FavouriteFactory, MessageFactory, ReviewFactory
from apps.users.models import UserProfile

MESSAGES = "/xadmin/user_operation/message/"
REVIEWS = "/xadmin/user_operation/review/"
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def office(superuser: UserProfile) -> Client:
    return browser_of(superuser)


@pytest.fixture(autouse=True)
def media(settings, tmp_path: Path, db: None) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def with_file(name: str) -> Message:
    message = MessageFactory()
    message.file.save(name, ContentFile(b"%PDF-1"))
    return message


# -- What shoppers keep ------------------------------------------------------------------------------


@pytest.mark.parametrize(("words", "found"), [("alice", 1), ("13800000001", 1), ("苹果", 1), ("香蕉", 0)])
def test_favourites_are_found(office: Client, alice: UserProfile, words: str, found: int) -> None:
    favourite = FavouriteFactory(user=alice)
    favourite.goods.name = "红富士苹果"
    favourite.goods.save()
    assert len(listed(office, "/xadmin/user_operation/favourite/", f"_q_={words}")) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [("_q_=韩梅梅", 1), ("_q_=13900000001", 1), ("_q_=文三路", 1), ("_q_=人民路", 0), ("_p_city__contains=杭州", 1)],
)
def test_addresses_are_found(office: Client, query: str, found: int) -> None:
    AddressFactory(recipient_name="韩梅梅", recipient_mobile="13900000001")
    assert len(listed(office, "/xadmin/user_operation/address/", query)) == found


@pytest.mark.parametrize("model", ["favourite", "address"])
def test_what_shoppers_keep_is_theirs_alone(office: Client, model: str) -> None:
    FavouriteFactory()
    AddressFactory()
    before = list(Favourite.objects.values()), list(Address.objects.values())
    for path in ("add/", "1/update/", "1/delete/", "1/patch/"):
        assert send(office, f"/xadmin/user_operation/{model}/{path}", {"city": "x", "post": "yes"}).status_code == 403
    assert (list(Favourite.objects.values()), list(Address.objects.values())) == before


# -- Messages ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [("_q_=发货", 1), ("_q_=什么时候", 1), ("_q_=退货", 0), ("_p_kind__exact=1", 1), ("_p_kind__exact=2", 0)],
)
def test_messages_are_found(office: Client, query: str, found: int) -> None:
    MessageFactory(body="什么时候发货？")
    assert len(listed(office, MESSAGES, query)) == found
    page(office, f"{MESSAGES}?{query}")


def test_the_label_of_the_kind_is_the_messages_own(office: Client) -> None:
    MessageFactory()
    assert "类型" in office.get(f"{MESSAGES}?_ajax=1").json()["headers"].values()
    assert "级别" not in page(office, MESSAGES)


def test_an_attachment_is_linked_to_be_saved(office: Client) -> None:
    message = with_file("a.png")
    link = f'<a href="/media/{message.file.name}" download rel="noopener noreferrer">'
    shown = page(office, f"{MESSAGES}{message.pk}/detail/")
    assert link in shown
    assert f'<img src="/media/{message.file.name}' not in shown
    assert f"/media/{message.file.name}" not in page(office, f"{MESSAGES}?_cols=subject.file")


def test_what_a_message_says_is_text(office: Client) -> None:
    message = MessageFactory(subject=SCRIPT, body=SCRIPT)
    for address in (MESSAGES, f"{MESSAGES}{message.pk}/detail/", f"{MESSAGES}{message.pk}/delete/"):
        shown = page(office, address)
        assert SCRIPT not in shown
        assert "&lt;script&gt;" in shown


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", ["page", "list"])
def test_a_message_goes_with_its_file(media: Path, way: str) -> None:
    first, second, stays = with_file("a.pdf"), with_file("b.pdf"), with_file("c.pdf")
    client = clerk("user_operation.view_message", "user_operation.delete_message")
    if way == "page":
        for message in (first, second):
            assert send(client, f"{MESSAGES}{message.pk}/delete/", {"post": "yes"}).status_code == 302
    else:
        assert act(client, MESSAGES, "delete_selected", first, second).status_code == 302
        assert "已删除 2 条留言。" in page(client, MESSAGES)
    assert [message.pk for message in Message.objects.all()] == [stays.pk]
    assert [path.name for path in media.rglob("*.pdf")] == [Path(stays.file.name).name]
    assert Log.objects.filter(action_flag="delete").count() == 2


@pytest.mark.parametrize("path", ["add/", "{pk}/update/", "{pk}/patch/"])
def test_nobody_writes_in_a_shoppers_name(office: Client, path: str) -> None:
    message = MessageFactory()
    address = MESSAGES + path.format(pk=message.pk)
    assert send(office, address, {"subject": "x", "user": message.user_id, "kind": 1}).status_code == 403
    assert [row.subject for row in Message.objects.all()] == [message.subject]


def test_deleting_messages_needs_the_right(media: Path) -> None:
    message = with_file("a.pdf")
    client = clerk("user_operation.view_message", "user_operation.change_message")
    assert act(client, MESSAGES, "delete_selected", message).status_code == 403
    assert send(client, f"{MESSAGES}{message.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Message.objects.filter(pk=message.pk).exists()
    assert len(list(media.rglob("*.pdf"))) == 1


# -- Reviews -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("_q_=很甜", 1),
        ("_q_=太酸", 0),
        ("_p_rating__exact=5", 1),
        ("_p_rating__lt=5", 0),
        ("_p_source__contains=import", 1),
    ],
)
def test_reviews_are_found(office: Client, query: str, found: int) -> None:
    ReviewFactory(content="很甜", source="import")
    assert len(listed(office, REVIEWS, query)) == found
    page(office, f"{REVIEWS}?{query}")


def test_an_imported_review_has_no_author(office: Client) -> None:
    review = ReviewFactory(user=None, source="import", source_key="1", content="很甜")
    assert "很甜" in page(office, REVIEWS)
    assert "import" in page(office, f"{REVIEWS}{review.pk}/update/")


def test_staff_answer_a_review_and_change_nothing_else() -> None:
    review = ReviewFactory(content="很甜", rating=5)
    client = clerk("user_operation.change_review")
    data = {"reply": "谢谢！", "content": "难吃", "rating": 1, "source": "x", "image_urls": '["x"]'}
    assert send(client, f"{REVIEWS}{review.pk}/update/", data).status_code == 302
    review.refresh_from_db()
    assert (review.reply, review.content, review.rating, review.source, review.image_urls) == (
        "谢谢！",
        "很甜",
        5,
        "",
        [],
    )
    assert Log.objects.get().message == "修改 reply"


def test_nobody_invents_a_review(office: Client) -> None:
    goods = FavouriteFactory().goods
    assert send(office, f"{REVIEWS}add/", {"goods": goods.pk, "rating": 5}).status_code == 403
    assert not Review.objects.exists()


def test_a_review_is_taken_away_by_those_who_may() -> None:
    review = ReviewFactory()
    address = f"{REVIEWS}{review.pk}/delete/"
    assert send(clerk("user_operation.change_review"), address, {"post": "yes"}).status_code == 403
    assert Review.objects.exists()
    assert send(clerk("user_operation.delete_review"), address, {"post": "yes"}).status_code == 302
    assert not Review.objects.exists()


def test_pictures_of_a_review_are_linked_not_fetched(office: Client) -> None:
    review = ReviewFactory(image_urls=["https://pictures.example/1.jpg", "javascript:alert(1)"])
    shown = page(office, f"{REVIEWS}{review.pk}/detail/")
    address = "https://pictures.example/1.jpg"
    assert f'<a href="{address}" target="_blank" rel="noopener noreferrer">{address}</a>' in shown
    assert 'src="https://pictures.example' not in shown
    assert 'href="javascript:' not in shown


# -- Budgets -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", ["favourite", "address", "message", "review"])
def test_a_list_costs_the_same_however_long(
    office: Client, model: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _row in range(50):
        for factory in (FavouriteFactory, AddressFactory, MessageFactory, ReviewFactory):
            factory()
    with django_assert_max_num_queries(12):
        assert page(office, f"/xadmin/user_operation/{model}/").count('class="grid-item') == 50
