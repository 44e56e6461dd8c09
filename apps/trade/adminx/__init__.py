"""How staff see trade. Offers are typed here; orders are moved by actions, the rest is read."""

from xadmin.sites import site
from xadmin.views import IndexView

from apps.trade.adminx.cart import CartLineAdmin, GuestCartAdmin, GuestCartLineAdmin
from apps.trade.adminx.coupons import CouponAdmin, CouponGrantAdmin
from apps.trade.adminx.invoices import InvoiceRequestAdmin
from apps.trade.adminx.members import MemberLevelAdmin, MemberPriceAdmin, MembershipAdmin
from apps.trade.adminx.odd_payments import OddPaymentAdmin
from apps.trade.adminx.odd_refunds import OddRefundAdmin
from apps.trade.adminx.order_notes import OrderNoteChangeAdmin
from apps.trade.adminx.orders import OrderAdmin
from apps.trade.adminx.payments import PaymentAdmin, PaymentAttemptAdmin, RefundsDue
from apps.trade.adminx.points import PointsAccountAdmin, PointsEntryAdmin
from apps.trade.adminx.prices import GoodsPurchaseAdmin, OrderDiscountAdmin, OrderPriceChangeAdmin
from apps.trade.adminx.promotions import FullReductionAdmin, ReductionTierAdmin
from apps.trade.adminx.reconciliation import DiscrepancyAdmin, ReconciliationRunAdmin
from apps.trade.adminx.records import (
    IdempotencyKeyAdmin,
    OrderEventAdmin,
    OrderLineAdmin,
    SandboxNoticeAdmin,
    SandboxRefundAdmin,
    SandboxTradeAdmin,
)
from apps.trade.adminx.refunds import RefundAdmin, RefundEventAdmin, RefundLineAdmin, RefundPictureAdmin
from apps.trade.adminx.shipments import CarrierAdmin, ShipmentAdmin, ShipmentLineAdmin, TrackingEventAdmin
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

# In the order of the menu: first what is worked on every day.
site.register(Order, OrderAdmin)
site.register(Shipment, ShipmentAdmin)
site.register(Refund, RefundAdmin)
site.register(OddRefund, OddRefundAdmin)
site.register(InvoiceRequest, InvoiceRequestAdmin)
site.register(Payment, PaymentAdmin)
site.register(PaymentAttempt, PaymentAttemptAdmin)
site.register(OddPayment, OddPaymentAdmin)
site.register(ReconciliationRun, ReconciliationRunAdmin)
site.register(Discrepancy, DiscrepancyAdmin)
site.register(Coupon, CouponAdmin)
site.register(CouponGrant, CouponGrantAdmin)
site.register(FullReduction, FullReductionAdmin)
site.register(ReductionTier, ReductionTierAdmin)
site.register(MemberLevel, MemberLevelAdmin)
site.register(Membership, MembershipAdmin)
site.register(MemberPrice, MemberPriceAdmin)
site.register(PointsAccount, PointsAccountAdmin)
site.register(PointsEntry, PointsEntryAdmin)
site.register(Carrier, CarrierAdmin)
site.register(CartLine, CartLineAdmin)
site.register(GuestCart, GuestCartAdmin)
site.register(GuestCartLine, GuestCartLineAdmin)
site.register(OrderLine, OrderLineAdmin)
site.register(OrderDiscount, OrderDiscountAdmin)
site.register(OrderEvent, OrderEventAdmin)
site.register(OrderPriceChange, OrderPriceChangeAdmin)
site.register(OrderNoteChange, OrderNoteChangeAdmin)
site.register(GoodsPurchase, GoodsPurchaseAdmin)
site.register(ShipmentLine, ShipmentLineAdmin)
site.register(TrackingEvent, TrackingEventAdmin)
site.register(RefundLine, RefundLineAdmin)
site.register(RefundPicture, RefundPictureAdmin)
site.register(RefundEvent, RefundEventAdmin)
site.register(IdempotencyKey, IdempotencyKeyAdmin)
site.register(SandboxTrade, SandboxTradeAdmin)
site.register(SandboxRefund, SandboxRefundAdmin)
site.register(SandboxNotice, SandboxNoticeAdmin)
site.register_plugin(RefundsDue, IndexView)
