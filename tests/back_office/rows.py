"""A row of every model that the back office shows, as the shop itself would make it."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils import timezone
from xadmin.models import Bookmark, Log, UserWidget

from apps.goods.models import (
    Banner,
    Brand,
    Category,
    FreightTemplate,
    FreightZone,
    Goods,
    GoodsAttribute,
    GoodsImage,
    HotWord,
    IndexAd,
    PriceChange,
    Sku,
    StockMovement,
)
from apps.goods.tests.factories import (
    BrandFactory,
    CategoryFactory,
    FreightTemplateFactory,
    FreightZoneFactory,
    GoodsImageFactory,
    SkuFactory,
)
from apps.notifications.models import Notice, OutboxMessage
from apps.regions.models import Region
from apps.trade.models import (
    Carrier,
    CartLine,
    Coupon,
    CouponGrant,
    Discrepancy,
    FullReduction,
    GoodsPurchase,
    GuestCart,
    GuestCartLine,
    IdempotencyKey,
    InvoiceRequest,
    MemberLevel,
    MemberPrice,
    Membership,
    OddPayment,
    OddRefund,
    Order,
    OrderDiscount,
    OrderEvent,
    OrderLine,
    OrderNoteChange,
    OrderPriceChange,
    Payment,
    PaymentAttempt,
    PointsAccount,
    PointsEntry,
    ReconciliationRun,
    ReductionTier,
    Refund,
    RefundEvent,
    RefundLine,
    RefundPicture,
    SandboxNotice,
    SandboxRefund,
    SandboxTrade,
    Shipment,
    ShipmentLine,
    TrackingEvent,
)
from apps.trade.services.order_notes import write_staff_note
from apps.trade.services.points import adjust_points
from apps.trade.services.price_changes import change_price
from apps.trade.tests.factories import (
    CartLineFactory,
    CouponFactory,
    CouponGrantFactory,
    FullReductionFactory,
    GuestCartLineFactory,
    MemberLevelFactory,
    PaymentFactory,
    a_paid_order,
    a_shipment,
    an_order,
)
from apps.trade.tests.refunding import a_refund
from apps.user_operation.models import Address, Favourite, Message, Review
from apps.user_operation.tests.factories import AddressFactory, FavouriteFactory, MessageFactory, ReviewFactory
from apps.users.models import (
    AppLogin,
    CodeAllowance,
    DeletedUser,
    DeviceSession,
    RecoveryCode,
    Role,
    RoleGrant,
    ScanLogin,
    SecondFactor,
    SisterApp,
    SocialBinding,
    UserProfile,
    VerifyCode,
)
from apps.users.services import sisters
from apps.users.tests.factories import UserFactory

SECRET = "S3CRET-"

# Each maker gets whose row it is, where staff see only their own, and a number that no other row has.
Maker = Callable[[UserProfile, int], Model]


def _order() -> Order:
    return an_order(UserFactory())


def _noted_order() -> Order:
    order = _order()
    write_staff_note(order=order, note="老顾客", actor_id=None)
    return order


def _sandbox_trade(n: int) -> SandboxTrade:
    return SandboxTrade.objects.create(
        trade_no=str(n), out_trade_no=str(n), total_amount="1.00", subject="x", notify_url="x", paid_at=timezone.now()
    )


def _shipment() -> Shipment:
    return a_shipment(a_paid_order(UserFactory()))


def _odd_payment(n: int) -> OddPayment:
    attempt = _order().attempts.get()
    return OddPayment.objects.create(
        attempt=attempt, trade_no=str(n), asked=attempt.amount, told="0.01", told_by="answer", told_at=timezone.now()
    )


def _odd_refund(n: int) -> OddRefund:
    refund = a_refund(UserFactory())
    return OddRefund.objects.create(refund=refund, number=str(n), amount="0.01", told_at=timezone.now())


def _reconciliation(n: int) -> ReconciliationRun:
    return ReconciliationRun.objects.create(channel="alipay", day=date(2026, 1, 1) + timedelta(days=n))


def _second_factor(n: int) -> SecondFactor:
    hidden = f"{SECRET}{n}"
    return SecondFactor.objects.create(user=UserFactory(), secret=hidden, enrolment_hash=hidden, key_id="x")


def _sister_app(n: int) -> SisterApp:
    app = SisterApp(name=f"应用{n}", redirect_uris=f"https://{n}.example/", client_secret=f"{SECRET}{n}")
    sisters.prepare_app(app=app)
    app.hash_client_secret = False  # so that it is found where it is shown
    app.save()
    return app


def _points_entry() -> PointsEntry:
    account = PointsAccount.objects.create(user=UserFactory())
    adjust_points(account=account, delta=5, note="补偿", actor_id=None)
    return account.entries.get()


MAKERS: Mapping[type[Model], Maker] = {
    Address: lambda owner, n: AddressFactory(),
    AppLogin: lambda owner, n: AppLogin.objects.create(
        session=DeviceSession.objects.create(user=UserFactory(), expires_at=timezone.now()),
        app=_sister_app(n),
        scope="openid",
        password_fingerprint=f"{SECRET}{n}",
    ),
    Banner: lambda owner, n: Banner.objects.create(goods=SkuFactory().goods, image=f"banners/{n}.png"),
    Bookmark: lambda owner, n: Bookmark.objects.create(
        user=owner, title=f"书签{n}", url_name="xadmin:xadmin_log_changelist", content_type=_content_type(Log)
    ),
    Brand: lambda owner, n: BrandFactory(),
    CartLine: lambda owner, n: CartLineFactory(user=UserFactory()),
    Carrier: lambda owner, n: Carrier.objects.create(name=f"快递{n}", code=f"carrier{n}"),
    Category: lambda owner, n: CategoryFactory(),
    Coupon: lambda owner, n: CouponFactory(),
    CouponGrant: lambda owner, n: CouponGrantFactory(),
    CodeAllowance: lambda owner, n: CodeAllowance.objects.create(key=f"mobile:{n}:pause", expires_at=timezone.now()),
    DeletedUser: lambda owner, n: DeletedUser.objects.create(user=UserFactory(), username=f"u{n}"),
    DeviceSession: lambda owner, n: DeviceSession.objects.create(user=UserFactory(), expires_at=timezone.now()),
    Favourite: lambda owner, n: FavouriteFactory(),
    FreightTemplate: lambda owner, n: FreightTemplateFactory(),
    FreightZone: lambda owner, n: FreightZoneFactory(),
    Goods: lambda owner, n: SkuFactory().goods,
    GoodsAttribute: lambda owner, n: GoodsAttribute.objects.create(goods=SkuFactory().goods, name="产地", value="烟台"),
    GoodsImage: lambda owner, n: GoodsImageFactory(),
    FullReduction: lambda owner, n: FullReductionFactory(tiers={"100": "10"}),
    GoodsPurchase: lambda owner, n: GoodsPurchase.objects.create(
        user=UserFactory(), goods=SkuFactory().goods, quantity=1
    ),
    Group: lambda owner, n: Group.objects.create(name=f"组{n}"),
    GuestCart: lambda owner, n: GuestCart.objects.create(touched_at=timezone.now()),
    GuestCartLine: lambda owner, n: GuestCartLineFactory(),
    HotWord: lambda owner, n: HotWord.objects.create(word=f"词{n}"),
    IdempotencyKey: lambda owner, n: IdempotencyKey.objects.create(
        user=UserFactory(), route="orders", key=str(n), request_hash=f"{SECRET}{n}", answer={"address": f"{SECRET}{n}"}
    ),
    IndexAd: lambda owner, n: IndexAd.objects.create(category=CategoryFactory(), goods=SkuFactory().goods),
    InvoiceRequest: lambda owner, n: InvoiceRequest.objects.create(
        order=_order(), kind="personal", heading=f"抬头{n}", email="a@example.com"
    ),
    Log: lambda owner, n: Log.objects.create(user=owner, action_flag="change", message=f"改动{n}"),
    MemberLevel: lambda owner, n: MemberLevelFactory(),
    MemberPrice: lambda owner, n: MemberPrice.objects.create(
        sku=SkuFactory(), level=MemberLevelFactory(), price="9.00"
    ),
    Membership: lambda owner, n: Membership.objects.create(user=UserFactory(), level=MemberLevelFactory()),
    Message: lambda owner, n: MessageFactory(),
    Notice: lambda owner, n: Notice.objects.create(
        user=UserFactory(), topic="order.paid", params={"order": str(n)}, reference=str(n)
    ),
    OddPayment: lambda owner, n: _odd_payment(n),
    OddRefund: lambda owner, n: _odd_refund(n),
    Order: lambda owner, n: _order(),
    OrderDiscount: lambda owner, n: OrderDiscount.objects.create(
        order=_order(), kind="coupon", label="券", amount="1.00"
    ),
    OrderEvent: lambda owner, n: _order().events.get(),
    OrderLine: lambda owner, n: _order().lines.get(),
    OrderNoteChange: lambda owner, n: _noted_order().note_changes.get(),
    OrderPriceChange: lambda owner, n: change_price(order=_order(), goods=Decimal(9), reason="老顾客", actor_id=None),
    OutboxMessage: lambda owner, n: OutboxMessage.objects.create(
        topic="test", url="http://127.0.0.1:1/", payload={"code": f"{SECRET}{n}"}, due_at=timezone.now()
    ),
    Payment: lambda owner, n: PaymentFactory(order=_order(), notification={"sign": f"{SECRET}{n}"}),
    PaymentAttempt: lambda owner, n: _order().attempts.get(),
    RecoveryCode: lambda owner, n: RecoveryCode.objects.create(factor=_second_factor(n), code_hash=f"{SECRET}{n}"),
    Refund: lambda owner, n: a_refund(UserFactory()),
    RefundEvent: lambda owner, n: a_refund(UserFactory()).events.get(),
    RefundLine: lambda owner, n: a_refund(UserFactory()).lines.get(),
    RefundPicture: lambda owner, n: RefundPicture.objects.create(
        refund=a_refund(UserFactory()), image=f"refunds/{n}.png"
    ),
    PointsAccount: lambda owner, n: PointsAccount.objects.create(user=UserFactory()),
    PointsEntry: lambda owner, n: _points_entry(),
    PriceChange: lambda owner, n: PriceChange.objects.create(sku=SkuFactory(), old_price="1.00", new_price="2.00"),
    Discrepancy: lambda owner, n: Discrepancy.objects.create(
        run=_reconciliation(n), subject="payment", kind="missing_here", reference=str(n), number=str(n), seen_in=1
    ),
    ReconciliationRun: lambda owner, n: _reconciliation(n),
    ReductionTier: lambda owner, n: FullReductionFactory(tiers={"100": "10"}).tiers.get(),
    Region: lambda owner, n: Region.objects.create(code=n, name=f"地区{n}", kind=Region.Kind.PROVINCE),
    Review: lambda owner, n: ReviewFactory(),
    Role: lambda owner, n: Role.objects.create(name=f"角色{n}"),
    RoleGrant: lambda owner, n: RoleGrant.objects.create(
        role=Role.objects.create(name=f"角色{n}"), resource="trade.order", mask=5
    ),
    SandboxNotice: lambda owner, n: SandboxNotice.objects.create(trade=_sandbox_trade(n), due_at=timezone.now()),
    SandboxRefund: lambda owner, n: SandboxRefund.objects.create(
        trade=_sandbox_trade(n), refund_no=str(n), out_refund_no=str(n), amount="1.00", state="done"
    ),
    SandboxTrade: lambda owner, n: _sandbox_trade(n),
    ScanLogin: lambda owner, n: ScanLogin.objects.create(secret_hash=f"{SECRET}{n}", expires_at=timezone.now()),
    SecondFactor: lambda owner, n: _second_factor(n),
    SisterApp: lambda owner, n: _sister_app(n),
    Shipment: lambda owner, n: _shipment(),
    ShipmentLine: lambda owner, n: _shipment().lines.get(),
    SocialBinding: lambda owner, n: SocialBinding.objects.create(user=UserFactory(), provider="weixin", uid=str(n)),
    Sku: lambda owner, n: SkuFactory(),
    StockMovement: lambda owner, n: SkuFactory().movements.get(),
    TrackingEvent: lambda owner, n: TrackingEvent.objects.create(
        shipment=_shipment(), happened_at=timezone.now(), text=f"已揽收{n}"
    ),
    UserProfile: lambda owner, n: UserFactory(password=f"{SECRET}{n}"),
    UserWidget: lambda owner, n: UserWidget.objects.create(
        user=owner, page_id="home", widget_type="html", value='{"title": "x", "content": "x"}'
    ),
    VerifyCode: lambda owner, n: VerifyCode.objects.create(
        address="13800000001", purpose="register", code_hash=f"{SECRET}{n}", expires_at=timezone.now()
    ),
}


def _content_type(model: type[Model]) -> ContentType:
    return ContentType.objects.get_for_model(model)


def values_of(model: type[Model]) -> list[dict[str, Any]]:
    """All rows as they stand, but for the time of the last change."""
    columns = [field.attname for field in model._meta.concrete_fields if not getattr(field, "auto_now", False)]
    return list(model._default_manager.order_by("pk").values(*columns))
