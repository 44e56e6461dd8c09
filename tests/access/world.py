"""The world that the access matrix is asked in: what alice has, and how each route is asked for it.

An operation that is not listed in `asks` has neither a key in its address nor a body that matters.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from apps.common.permissions import EVERY_POWER
from apps.goods.tests.factories import CategoryFactory, SkuFactory
from apps.notifications.models import Notice
from apps.trade.models import InvoiceRequest
from apps.trade.services.refund_decisions import approve_refund
from apps.trade.services.refunds import apply_for_refund
from apps.trade.tests.factories import (
    RECIPIENT,
    CartLineFactory,
    CouponFactory,
    GuestCartFactory,
    GuestCartLineFactory,
    a_paid_order,
    a_shipment,
    an_order,
)
from apps.trade.tests.refunding import a_refund, a_refundable_order
from apps.user_operation.tests.factories import AddressFactory, FavouriteFactory, MessageFactory
from apps.users.adminx.roles import resources
from apps.users.models import DeviceSession, Role, RoleGrant, ScanLogin, SisterApp, SocialBinding, UserProfile
from apps.users.services.sessions import Device, open_session
from apps.users.services.sisters import register_app
from apps.users.tests.factories import PASSWORD

MULTIPART = "multipart"


@dataclass(frozen=True)
class Ask:
    """The keys in an operation's address, and its body."""

    keys: Mapping[str, object] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    format: str = "json"


def all_powerful(user: UserProfile) -> UserProfile:
    """Give a role with every power over everything that powers can be given over."""
    role = Role.objects.create(name="everything", level=100)
    names = [name for _app, models in resources() for name, _label in models]
    RoleGrant.objects.bulk_create(RoleGrant(role=role, resource=name, mask=EVERY_POWER) for name in names)
    user.roles.add(role)
    return user


def asks(alice: UserProfile) -> dict[str, Ask]:
    """Make what alice has, and say how each operation is asked for it."""
    sku, other = SkuFactory(stock=100), SkuFactory(stock=100)
    unpaid, paid = an_order(alice), a_paid_order(alice)
    parcel = a_shipment(a_paid_order(alice))
    invoiced = a_paid_order(alice)
    InvoiceRequest.objects.create(order=invoiced, kind="personal", heading="李雷", email="a@example.com")
    to_return = a_refundable_order(alice, until="shipped")
    approved = apply_for_refund(order=to_return, user=alice, kind="return_goods", reason="other")
    approve_refund(refund=approved, actor_id=None)
    refund, refundable = a_refund(alice), a_refundable_order(alice)
    # At last, for orders empty the cart.
    CartLineFactory(user=alice, sku=sku)
    line = GuestCartLineFactory(cart=GuestCartFactory())
    favourite = FavouriteFactory(user=alice, goods=sku.goods)
    notice = Notice.objects.create(user=alice, topic="order.paid", params={"order": "1"})

    address = {"id": AddressFactory(user=alice).pk}
    message = {"id": MessageFactory(user=alice).pk}
    cart = {"guest_cart_id": line.cart.public_id}
    cart_line = cart | {"sku_id": line.sku_id}
    of_refund = {"public_id": refund.public_id}
    home = {"province": "浙江省", "signer_name": "李雷", "signer_mobile": "13800000001", "address": "文三路1号"}
    order = {"address": RECIPIENT["address"], "signer_name": "李雷", "singer_mobile": "13800000001"}
    at_once = [{"sku": other.pk, "nums": 1}]
    invoice = {"kind": "personal", "heading": "李雷", "email": "a@example.com"}
    staff_order = {"number": paid.number}
    password = {"password": PASSWORD}
    phone, tablet = a_session_of(alice), a_session_of(alice)
    waiting, scanned = a_scan(), a_scan(phone)
    SocialBinding.objects.create(user=alice, provider="weixin", uid="a")
    third_party = {"provider": "weixin"}
    forum = register_app(app=SisterApp(name="Forum", redirect_uris="https://forum.example/")).app
    address_codes = {"old_code": "000000", "new_code": "000000"}
    return {
        "POST /address/": Ask(body=home),
        "GET /address/{id}/": Ask(address),
        "PATCH /address/{id}/": Ask(address, {"address": "文三路2号"}),
        "DELETE /address/{id}/": Ask(address),
        "POST /alipay/return/": Ask(body={"sign": "..."}, format=MULTIPART),
        "POST /bindings/{provider}/": Ask(third_party, password),
        "POST /bindings/{provider}/unbind/": Ask(third_party, password),
        "GET /categories/{id}/": Ask({"id": CategoryFactory().pk}),
        "GET /categorys/{id}/": Ask({"id": CategoryFactory().pk}),
        "POST /code/": Ask(body={"mobile": "13812345678"}),
        "POST /coupons/{public_id}/claim/": Ask({"public_id": CouponFactory().public_id}),
        "POST /coupons/redeem/": Ask(body={"code_word": CouponFactory(code="SPRING").code}),
        "DELETE /devices/{public_id}/": Ask({"public_id": tablet.public_id}),
        "POST /devices/end/": Ask(body={"also_this": False}),
        "GET /goods/{id}/": Ask({"id": sku.goods_id}),
        "GET /guest-carts/{guest_cart_id}/": Ask(cart),
        "DELETE /guest-carts/{guest_cart_id}/": Ask(cart),
        "POST /guest-carts/{guest_cart_id}/lines/": Ask(cart, {"sku": sku.pk, "nums": 1}),
        "PATCH /guest-carts/{guest_cart_id}/lines/{sku_id}/": Ask(cart_line, {"nums": 2}),
        "DELETE /guest-carts/{guest_cart_id}/lines/{sku_id}/": Ask(cart_line),
        "POST /login/": Ask(body={"username": "alice", **password}),
        "POST /login/code/": Ask(body={"username": "13800000001", "code": "000000"}),
        "GET /login/{provider}/": Ask(third_party),
        "GET /login/{provider}/callback/": Ask(third_party),
        "POST /messages/": Ask(body={"message": "你好", "file": ""}, format=MULTIPART),
        "GET /messages/{id}/": Ask(message),
        "DELETE /messages/{id}/": Ask(message),
        "POST /notices/{public_id}/read/": Ask({"public_id": notice.public_id}),
        "POST /orders/": Ask(body=order | {"items": at_once}),
        "GET /orders/{order_id}/payments/": Ask({"order_id": unpaid.pk}),
        "POST /orders/{order_id}/payments/": Ask({"order_id": unpaid.pk}, {"channel": "alipay", "method": "page"}),
        "GET /orders/{id}/": Ask({"id": paid.pk}),
        "DELETE /orders/{id}/": Ask({"id": unpaid.pk}),
        "GET /orders/{id}/invoice/": Ask({"id": invoiced.pk}),
        "POST /orders/{id}/invoice/": Ask({"id": paid.pk}, invoice),
        "DELETE /orders/{id}/invoice/": Ask({"id": invoiced.pk}),
        "POST /orders/{id}/receive/": Ask({"id": parcel.order_id}),
        "POST /quotes/": Ask(body={"items": at_once}),
        "POST /refunds/": Ask(body={"order": refundable.pk, "kind": "refund_only", "reason": "changed_mind"}),
        "GET /refunds/{public_id}/": Ask(of_refund),
        "POST /refunds/{public_id}/pictures/": Ask(of_refund, {"image": _picture()}, MULTIPART),
        "POST /refunds/{public_id}/shipment/": Ask(
            {"public_id": approved.public_id}, {"carrier": "顺丰速运", "tracking_number": "SF1234567890"}
        ),
        "POST /refunds/{public_id}/withdraw/": Ask(of_refund),
        "GET /scans/{public_id}/": Ask(waiting),
        "POST /scans/{public_id}/claim/": Ask(waiting, {}),
        "POST /scans/{public_id}/confirm/": Ask(scanned),
        "POST /scans/{public_id}/refuse/": Ask(scanned),
        "POST /scans/{public_id}/scan/": Ask(waiting),
        "GET /shipments/{public_id}/": Ask({"public_id": parcel.public_id}),
        "POST /shopcarts/": Ask(body={"goods": other.goods_id, "nums": 1}),
        "PATCH /shopcarts/{goods_id}/": Ask({"goods_id": sku.goods_id}, {"nums": 2}),
        "DELETE /shopcarts/{goods_id}/": Ask({"goods_id": sku.goods_id}),
        "POST /staff/login/": Ask(body={"username": "staff", **password}),
        "GET /staff/orders/{number}/": Ask(staff_order),
        "PATCH /staff/orders/{number}/": Ask(staff_order, {"staff_note": "周末送"}),
        "POST /staff/stock-movements/": Ask(body={"sku": sku.pk, "delta": 1, "note": "盘点"}),
        "POST /tickets/": Ask(body={"audience": forum.client_id}),
        "POST /tickets/exchange/": Ask(body={"ticket": "x"}),
        "POST /token/refresh/": Ask(body={"refresh_token": "x"}),
        "POST /userfavs/": Ask(body={"goods": other.goods_id}),
        "GET /userfavs/{goods_id}/": Ask({"goods_id": favourite.goods_id}),
        "DELETE /userfavs/{goods_id}/": Ask({"goods_id": favourite.goods_id}),
        "POST /users/": Ask(body={"username": "13812345678", "code": "0000", **password}),
        "PATCH /users/": Ask(body={"name": "新名字"}),
        "GET /users/{any_id}/": Ask({"any_id": alice.pk}),
        "PATCH /users/{any_id}/": Ask({"any_id": alice.pk}, {"name": "新名字"}),
        "POST /users/activate/": Ask(body={"token": "x", **password}),
        "POST /users/by-email/": Ask(body={"email": "newcomer@example.com", **password}),
        "POST /users/by-email/resend/": Ask(body={"email": "newcomer@example.com"}),
        "POST /users/confirmation/": Ask(body={"act": "export"}),
        "POST /users/email/": Ask(body={"email": "new@example.com", **address_codes}),
        "POST /users/email/codes/": Ask(body={"email": "new@example.com"}),
        "POST /users/erasure/": Ask(body=password),
        "POST /users/export/": Ask(body=password),
        "POST /users/mobile/": Ask(body={"mobile": "13812345679", **address_codes}),
        "POST /users/mobile/codes/": Ask(body={"mobile": "13812345679"}),
        "POST /users/password/reset/": Ask(body={"username": "13800000001", "code": "000000", **password}),
        "POST /users/password/": Ask(body={"old_password": PASSWORD, "new_password": "battery of tomorrow"}),
        "POST /wechatpay/notify/": Ask(body={"id": "x"}),
        **_pages(),
    }


def _pages() -> dict[str, Ask]:
    """What is no operation of the API: pages, the OpenID provider, the sandboxes and files."""
    scan = Ask({"public_id": UUID("3f2b8c1a-7e5d-4a9b-8c6f-d2e4b1a7f05c")})
    number, file = Ask({"number": "1"}), Ask({"path": "nothing.png"})
    return {
        "GET /scan/{public_id}/": scan,
        "POST /scan/{public_id}/": scan,
        **{f"{method} /index/static/{{path}}": file for method in ("GET", "POST", "PUT", "PATCH", "DELETE")},
        **{f"{method} /media/{{path}}": file for method in ("GET", "POST")},
        "GET /sandbox/alipay/bills/{day}.zip": Ask({"day": "2026-11-27"}),
        **{f"{method} /sandbox/wechatpay/pay/{{trade_no}}/": Ask({"trade_no": "1"}) for method in ("GET", "POST")},
        "POST /sandbox/wechatpay/v3/pay/transactions/{method}": Ask({"method": "jsapi"}),
        "GET /sandbox/wechatpay/v3/pay/transactions/out-trade-no/{number}": number,
        "POST /sandbox/wechatpay/v3/pay/transactions/out-trade-no/{number}/close": number,
        "GET /sandbox/wechatpay/v3/refund/domestic/refunds/{number}": number,
    }


def a_session_of(user: UserProfile) -> DeviceSession:
    """A device on which the user is logged in; the first one is that which asks."""
    open_session(user=user, device=Device(ip=None, user_agent="a browser"))
    return DeviceSession.objects.filter(user=user).latest("pk")


def a_scan(phone: DeviceSession | None = None) -> dict[str, object]:
    """A browser that waits to be let in, scanned by the phone if there is one; as the keys of an address."""
    scan = ScanLogin.objects.create(
        state="scanned" if phone else "waiting", phone=phone, expires_at=timezone.now() + timedelta(minutes=2)
    )
    return {"public_id": scan.public_id}


def _picture() -> ContentFile:
    content = BytesIO()
    Image.new("RGB", (20, 20), "red").save(content, "PNG")
    return ContentFile(content.getvalue(), name="broken.png")
