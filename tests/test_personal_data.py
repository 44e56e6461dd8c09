"""Buyers get what the shop knows of them, and have it erased; the books stay, and name nobody."""

import json
from collections.abc import Callable
from io import BytesIO, StringIO
from itertools import product
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.core.serializers import serialize
from django.db import connection
from django.db.models import Model
from django.utils import timezone
from rest_framework.test import APIClient

from apps.common.personal_data import holdings
from apps.common.tests.back_office import act, browser_of, clerk
from apps.goods.models import PriceChange, StockMovement
from apps.notifications.models import OutboxMessage
from apps.notifications.services.notices import tell
from apps.trade.models import (
    Discrepancy,
    InvoiceRequest,
    Membership,
    OddPayment,
    OddRefund,
    Order,
    OrderEvent,
    OrderNoteChange,
    OrderPriceChange,
    Payment,
    PointsEntry,
    Refund,
    RefundEvent,
)
from apps.trade.services import closing
from apps.trade.services.order_notes import write_staff_note
from apps.trade.tests.factories import MemberLevelFactory, PaymentFactory, a_paid_order, an_order
from apps.trade.tests.refunding import a_refund
from apps.user_operation.models import Message, Review
from apps.user_operation.tests.factories import AddressFactory, FavouriteFactory, MessageFactory, ReviewFactory
from apps.users.models import (
    AppLogin,
    DeletedUser,
    DeviceSession,
    Role,
    SecondFactor,
    SisterApp,
    SocialBinding,
    UserProfile,
    VerifyCode,
)
from apps.users.services.deletion import delete_user
from apps.users.services.privacy import erase_user
from apps.users.tests.conftest import Mailbox
from apps.users.tests.factories import PASSWORD, UserFactory
from tests.small_shop import fill_catalogue, fill_things_of

pytestmark = pytest.mark.django_db

USERS = "/xadmin/users/userprofile/"
# What names or describes her, wherever it stands.
TRACES = (
    "13800000001",
    "13712345678",
    "爱丽丝",
    "文三路77号",
    "alice@example.com",
    "SECRET-WORD",
    "192.0.2.77",
    "oALICE",
)
# How many codes a number had: forgotten, it could ask for more.
STAYS_A_DAY = {"users_codeallowance.key"}
# Rows that point at whoever did something as staff, and are no data of a buyer.
BY_STAFF = {
    StockMovement,
    PriceChange,
    OrderEvent,
    OrderNoteChange,
    OrderPriceChange,
    RefundEvent,
    Discrepancy,
    OddPayment,
    OddRefund,
    PointsEntry,
}


@pytest.fixture
def known(alice: UserProfile, signed_in: APIClient) -> UserProfile:
    """alice, of whom the shop knows something of every kind; all of her orders are over."""
    UserProfile.objects.filter(pk=alice.pk).update(
        name="爱丽丝", email="alice@example.com", verified_email="alice@example.com", birthday="1990-01-31"
    )
    alice.refresh_from_db()
    alice.avatar.save("avatar.png", ContentFile(b"face"))
    DeviceSession.objects.filter(user=alice).update(ip="192.0.2.77")
    AppLogin.objects.create(
        session=DeviceSession.objects.get(user=alice), app=SisterApp.objects.create(name="Forum"), scope="openid"
    )
    SecondFactor.objects.create(user=alice, secret="encrypted", key_id="key")
    SocialBinding.objects.create(user=alice, provider="weixin", uid="oALICE", name="爱丽丝")
    VerifyCode.objects.create(address="13800000001", purpose="register", code_hash="x", expires_at="2026-01-01T00:00Z")
    where = {"recipient_name": "爱丽丝", "recipient_mobile": "13712345678", "address": "文三路77号"}
    AddressFactory(user=alice, **where)
    FavouriteFactory(user=alice)
    MessageFactory(user=alice, body="SECRET-WORD").file.save("note.txt", ContentFile(b"SECRET-WORD"))
    ReviewFactory(user=alice, content="好吃")
    order = an_order(alice)
    closing.cancel_order(order=order, actor_id=alice.pk)
    words = {"buyer_open_id": "oALICE", "buyer_logon_id": "137***5678", "total_amount": "1.00"}
    PaymentFactory(order=order, buyer="137***5678", status="refunded", notification=words)
    order.attempts.update(payer="oALICE")
    Order.objects.filter(pk=order.pk).update(**where, note="SECRET-WORD")
    write_staff_note(order=order, note="SECRET-WORD", actor_id=None)
    InvoiceRequest.objects.create(order=order, kind="personal", heading="爱丽丝", email="alice@example.com")
    Membership.objects.create(user=alice, level=MemberLevelFactory())
    tell(user_id=alice.pk, topic="order.paid", params={"order": order.number}, reference=order.number)
    return alice


def ask(client: APIClient, what: str, password: str = PASSWORD) -> Any:
    return client.post(f"/users/{what}/", {"password": password})


def everything() -> str:
    """All rows of the shop's own tables, as text."""
    return "".join(
        serialize("json", model._default_manager.all(), ensure_ascii=False)
        for model in apps.get_models()
        if model._meta.app_config.name.startswith("apps.")
    )


def where_told(*traces: str) -> set[str]:
    """The columns of all tables, of whichever app, that hold one of the traces."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            names = [column[0] for column in cursor.description]
            for row in cursor:
                cells = zip(names, map(str, row), strict=True)
                found |= {f"{table}.{name}" for name, cell in cells if any(trace in cell for trace in traces)}
    return found


def test_every_model_that_points_at_users_is_accounted_for() -> None:
    users = get_user_model()
    pointing: set[type[Model]] = {
        relation.related_model for relation in users._meta.related_objects if relation.related_model._meta.managed
    }
    ours = {model for model in pointing if model._meta.app_config.name.startswith("apps.")}
    held = {model for holding in holdings() for model in holding.models}

    assert sorted(model._meta.label for model in ours - held - BY_STAFF) == []


# -- A copy ----------------------------------------------------------------------------------------


def test_the_copy_holds_everything_and_the_files(signed_in: APIClient, known: UserProfile) -> None:
    answer = ask(signed_in, "export")

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    assert answer["Cache-Control"] == "no-store"
    with ZipFile(BytesIO(b"".join(answer.streaming_content))) as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name) for name in archive.namelist()}
    data = {name: json.loads(content) for name, content in files.items() if name.endswith(".json")}
    assert {holding.name for holding in holdings()} == {name.removesuffix(".json") for name in data}
    assert [name for name, rows in data.items() if not rows] == ["cart.json"]  # empty, and said to be
    text = "".join(content.decode() for content in files.values())
    assert [trace for trace in TRACES if trace not in text] == []
    [message] = data["messages.json"]
    assert files[message["file"]] == b"SECRET-WORD"
    assert files[data["profile.json"][0]["avatar"]] == b"face"
    assert "argon2" not in text


def test_nobody_elses_data_is_in_it(signed_in: APIClient, alice: UserProfile, charlie: UserProfile) -> None:
    fill_things_of(charlie, fill_catalogue())
    with ZipFile(BytesIO(b"".join(ask(signed_in, "export").streaming_content))) as archive:
        rows = {name: json.loads(archive.read(name)) for name in archive.namelist()}

    assert {name: len(found) for name, found in rows.items() if found} == {"profile.json": 1, "sessions.json": 1}


def test_a_file_that_was_lost_spoils_no_copy(signed_in: APIClient, known: UserProfile) -> None:
    message = Message.objects.get()
    message.file.storage.delete(message.file.name)

    with ZipFile(BytesIO(b"".join(ask(signed_in, "export").streaming_content))) as archive:
        assert not [name for name in archive.namelist() if name.endswith(".txt")]


# -- Erasure ---------------------------------------------------------------------------------------


def test_erased_nothing_names_her_and_the_books_add_up(
    signed_in: APIClient, known: UserProfile, django_capture_on_commit_callbacks: Any
) -> None:
    files = [
        (known.avatar.storage, known.avatar.name),
        (Message.objects.get().file.storage, Message.objects.get().file.name),
    ]
    order = Order.objects.get()
    assert [trace for trace in TRACES if trace not in everything()] == []

    with django_capture_on_commit_callbacks(execute=True):
        assert ask(signed_in, "erasure").status_code == 204

    assert [trace for trace in TRACES if trace in everything()] == []
    assert [name for storage, name in files if storage.exists(name)] == []
    assert signed_in.get("/users/1/").status_code == 401
    kept = Order.objects.get()
    assert (kept.number, kept.total, kept.lines.count()) == (order.number, order.total, order.lines.count())
    assert (kept.recipient_name, kept.recipient_mobile) == ("爱**", "137****78")
    assert str(kept.user) == "已注销用户"
    assert (Payment.objects.get().trade_no != "", Payment.objects.get().buyer) == (True, "")
    assert Payment.objects.get().notification == {"total_amount": "1.00"}
    assert (Review.objects.get().content, Review.objects.get().user) == ("好吃", None)


def test_what_a_clerk_noted_of_her_order_is_told_in_no_table(signed_in: APIClient, alice: UserProfile) -> None:
    order = an_order(alice)
    closing.cancel_order(order=order, actor_id=alice.pk)
    act(clerk("trade.change_order"), "/xadmin/trade/order/", "write_note", order, note="王小姐 13912345678")
    assert "trade_order.staff_note" in where_told("13912345678")

    assert ask(signed_in, "erasure").status_code == 204

    assert where_told("13912345678") == set()


def test_who_registered_by_email_is_named_in_no_table(settings: Any, tmp_path: Path) -> None:
    """Neither by letters and SMS: those that arrived, that never will, and that have yet to leave."""
    settings.MAIL_OUTBOX_FILE, mobile, client = tmp_path / "mail.jsonl", "13711119999", APIClient()
    whole = {"email": "ursula@example.com", "password": PASSWORD}
    client.post("/users/by-email/", whole)
    token = Mailbox(settings.MAIL_OUTBOX_FILE).link_token()
    assert client.post("/users/activate/", {"token": token, "password": PASSWORD}).status_code == 200
    token = client.post("/login/", {"username": whole["email"], "password": PASSWORD}).json()["token"]
    client.credentials(HTTP_AUTHORIZATION=f"JWT {token}")
    UserProfile.objects.filter(username=whole["email"]).update(mobile=mobile)
    assert client.patch("/users/1/", {"username": "ursula-k", "name": "乌苏拉"}).status_code == 200
    assert client.post("/code/", {"mobile": mobile, "purpose": "reset"}).status_code == 201
    for status, address in product(OutboxMessage.Status.values, (f"mailto:{whole['email']}", f"sms:{mobile}")):
        error = f"refused {address}"
        OutboxMessage.objects.create(topic="x", url=address, status=status, due_at=timezone.now(), last_error=error)
    traces = ("ursula", "乌苏拉", mobile)
    assert "users_userprofile.verified_email" in where_told(*traces)

    assert ask(client, "erasure").status_code == 204

    assert where_told(*traces) == STAYS_A_DAY


def test_the_erased_have_no_rights_left(signed_in: APIClient, alice: UserProfile) -> None:
    alice.roles.add(Role.objects.create(name="主管", level=50))
    alice.groups.add(Group.objects.create(name="客服"))
    alice.user_permissions.add(Permission.objects.all()[0])

    assert ask(signed_in, "erasure").status_code == 204

    rights = (alice.roles, alice.groups, alice.user_permissions)
    assert [right.count() for right in rights] == [0, 0, 0]


def test_the_erased_neither_log_in_nor_block_their_names(signed_in: APIClient, known: UserProfile) -> None:
    ask(signed_in, "erasure")

    form = {"username": "alice", "password": PASSWORD}
    assert APIClient().post("/login/", form).status_code == 400
    UserFactory(username="alice", mobile="13800000001", verified_email="alice@example.com")
    assert APIClient().post("/login/", form).status_code == 200


def test_who_was_deleted_is_erased_with_the_names_they_had(known: UserProfile, superuser: UserProfile) -> None:
    boss = browser_of(superuser)
    act(boss, USERS, "delete_user", known)
    assert DeletedUser.objects.get().mobile == "13800000001"
    act(boss, USERS, "erase_user", known)

    assert [trace for trace in TRACES if trace in everything()] == []
    assert DeletedUser.objects.get().erased_at


def write_to(address: str) -> None:
    """Send a code to the address, and a letter or an SMS."""
    way = "mailto" if "@" in address else "sms"
    OutboxMessage.objects.create(topic="x", url=f"{way}:{address}", due_at=timezone.now())
    VerifyCode.objects.create(address=address, purpose="reset", code_hash="x", expires_at=timezone.now())


def written_to(address: str) -> tuple[int, int]:
    found = VerifyCode.objects.filter(address=address), OutboxMessage.objects.filter(url__endswith=f":{address}")
    return found[0].count(), found[1].count()


@pytest.mark.parametrize(("proven_by_another", "left"), [(True, (1, 1)), (False, (0, 0))])
def test_whoever_types_an_address_takes_nothing_from_who_proved_it(
    proven_by_another: bool, left: tuple[int, int], signed_in: APIClient, charlie: UserProfile
) -> None:
    address = "charlie@example.com"
    UserProfile.objects.filter(pk=charlie.pk).update(verified_email=address if proven_by_another else None)
    assert signed_in.patch("/users/1/", {"email": "Charlie@example.com"}).status_code == 200
    write_to(address)
    write_to("13800000001")

    assert ask(signed_in, "erasure").status_code == 204

    assert (written_to(address), written_to("13800000001")) == (left, (0, 0))


def test_what_a_deleted_account_gave_back_is_its_new_owners(known: UserProfile) -> None:
    delete_user(user=known, actor_id=None)
    UserFactory(username="newcomer", mobile="13800000001")
    VerifyCode.objects.all().delete()
    OutboxMessage.objects.all().delete()
    write_to("13800000001")
    write_to("alice@example.com")

    erase_user(user=known)

    assert (written_to("13800000001"), written_to("alice@example.com")) == ((1, 1), (0, 0))


def test_orders_and_refunds_under_way_stand_in_the_way(signed_in: APIClient, alice: UserProfile) -> None:
    for make in (an_order, a_paid_order, a_refund):
        make(alice)
        before = everything()
        answer = ask(signed_in, "erasure")
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:mxshop:problem:orders_under_way")
        assert everything() == before
        Order.objects.update(status="finished")


def owe_a_payment(order: Order) -> None:
    PaymentFactory(order=order, status="refund_due")


def owe_what_a_gateway_refused(order: Order) -> None:
    payment = PaymentFactory(order=order)
    Refund.objects.create(
        number="R1", order=order, payment=payment, kind="refund_only", state="failed", amount=1, reason="other"
    )


def owe_a_payment_of_another_amount(order: Order) -> None:
    attempt = order.attempts.get()
    told = {"asked": attempt.amount, "told": attempt.amount + 1, "told_by": "answer", "told_at": timezone.now()}
    OddPayment.objects.create(attempt=attempt, channel=attempt.channel, trade_no="T1", **told)


@pytest.mark.parametrize("owe", [owe_a_payment, owe_what_a_gateway_refused, owe_a_payment_of_another_amount])
def test_whom_the_shop_owes_money_is_not_erased(
    owe: Callable[[Order], None], signed_in: APIClient, known: UserProfile
) -> None:
    owe(Order.objects.get())
    before = everything()
    assert ask(signed_in, "erasure").json()["type"] == "urn:mxshop:problem:orders_under_way"
    assert everything() == before


def test_a_payment_that_came_after_the_erasure_is_found_and_names_nobody(
    signed_in: APIClient, known: UserProfile
) -> None:
    ask(signed_in, "erasure")
    words = {"payer": '{"openid": "oALICE"}', "trade_state": '"SUCCESS"'}
    late = PaymentFactory(order=Order.objects.get(), channel="wechat", buyer="", notification=words)
    call_command("shop_doctor", "--only", "erased_payer_is_not_named", "--fix", stdout=StringIO())
    late.refresh_from_db()
    assert late.notification == {"trade_state": '"SUCCESS"'}


def test_an_order_that_slipped_through_is_found_and_cut_down(signed_in: APIClient, known: UserProfile) -> None:
    ask(signed_in, "erasure")
    output = StringIO()
    Order.objects.update(address="文三路77号", recipient_name="爱丽丝")  # placed at that very moment

    with pytest.raises(CommandError):
        call_command("shop_doctor", "--only", "erased_buyer_is_not_named", stdout=output)
    call_command("shop_doctor", "--only", "erased_buyer_is_not_named", "--fix", stdout=output)
    assert (Order.objects.get().address, Order.objects.get().recipient_name) == ("***", "爱**")


def test_an_issued_invoice_stays_as_it_was_issued(signed_in: APIClient, known: UserProfile) -> None:
    issued = {"state": "issued", "invoice_number": "12345678", "issued_at": "2026-01-01T00:00Z"}
    InvoiceRequest.objects.update(**issued)
    ask(signed_in, "erasure")

    invoice = InvoiceRequest.objects.get()
    assert (invoice.heading, invoice.email, invoice.state) == ("爱丽丝", "", "issued")


# -- Who may ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["export", "erasure"])
def test_a_token_alone_is_not_enough(what: str, signed_in: APIClient, visitor: APIClient, known: UserProfile) -> None:
    before = everything()
    wrong = ask(signed_in, what, "wrong")
    assert (wrong.status_code, list(wrong.json()["password"]), wrong.json()["type"]) == (
        400,
        ["密码错误。"],
        "urn:mxshop:problem:wrong_password",
    )
    assert signed_in.post(f"/users/{what}/", {}).status_code == 400
    assert ask(visitor, what).status_code == 401
    assert everything() == before


def test_guesses_are_limited(settings: Any, signed_in: APIClient) -> None:
    settings.THROTTLE_SCALE = 1
    assert [ask(signed_in, "erasure", "wrong").status_code for _ in range(11)] == [400] * 10 + [429]
    assert ask(signed_in, "export").status_code == 429


def test_staff_cannot_erase_themselves(known: UserProfile, signed_in: APIClient) -> None:
    UserProfile.objects.filter(pk=known.pk).update(is_staff=True)

    assert ask(signed_in, "erasure").json()["type"] == "urn:mxshop:problem:staff_account"
    assert UserProfile.objects.get(pk=known.pk).name == "爱丽丝"


def test_in_the_back_office_it_takes_a_senior(known: UserProfile) -> None:
    rights = [f"users.{power}_userprofile" for power in ("view", "change", "delete")]
    junior, senior = clerk(*rights), clerk(*rights, username="senior")
    UserProfile.objects.get(username="senior").roles.add(Role.objects.create(name="主管", level=50))

    for action in ("export_user", "erase_user"):
        assert act(junior, USERS, action, known).status_code == 403
    copy = act(senior, USERS, "export_user", known)
    assert "爱丽丝" in ZipFile(BytesIO(copy.content)).read("profile.json").decode()
    act(senior, USERS, "export_user", known, UserFactory())  # of two at once there is no copy
    act(senior, USERS, "erase_user", known)
    known.refresh_from_db()
    assert str(known) == "已注销用户"
