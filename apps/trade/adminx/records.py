"""What the shop wrote down on the way: lines and moves of orders, keys of requests, the sandbox's own books."""

from xadmin_compat.options import ReadOnly


class OrderLineAdmin(ReadOnly):
    """Lines of all orders: they tell who bought a goods."""

    model_icon = "fa fa-list"
    list_display = ("order", "goods_name", "specification", "unit_price", "quantity")
    list_filter = ("unit_price", "quantity")
    search_fields = ("order__number", "goods_name", "sku__code")
    list_exclude = ("image",)


class OrderEventAdmin(ReadOnly):
    """Moves of all orders: they tell who did what, and when."""

    model_icon = "fa fa-clock-o"
    list_display = ("order", "from_status", "to_status", "actor", "reason", "created_at")
    list_filter = ("to_status", "created_at")
    search_fields = ("order__number", "actor__username", "reason")
    list_display_links = ("order",)


class IdempotencyKeyAdmin(ReadOnly):
    """Requests that came with a key. What they asked and were answered is shown to nobody."""

    model_icon = "fa fa-key"
    list_display = ("route", "user", "status", "created_at")
    list_filter = ("route", "status", "created_at")
    search_fields = ("user__username", "user__mobile")
    list_exclude = ("key", "request_hash", "token", "answer")
    exclude = ("key", "request_hash", "token", "answer")


class SandboxTradeAdmin(ReadOnly):
    """Trades of the local payment sandbox, as the gateway would know them."""

    model_icon = "fa fa-flask"
    list_display = ("trade_no", "out_trade_no", "channel", "total_amount", "state", "chaos", "paid_at")
    list_filter = ("channel", "state", "chaos", "paid_at")
    search_fields = ("trade_no", "out_trade_no")


class SandboxRefundAdmin(ReadOnly):
    """Money that the sandbox paid back."""

    model_icon = "fa fa-flask"
    list_display = ("refund_no", "out_refund_no", "trade", "amount", "state", "created_at", "done_at")
    list_filter = ("state", "done_at")
    search_fields = ("refund_no", "out_refund_no", "trade__out_trade_no")


class SandboxNoticeAdmin(ReadOnly):
    """What the sandbox tells the shop, and whether the shop took it."""

    model_icon = "fa fa-flask"
    list_display = ("trade", "refund", "flaw", "status", "attempts", "due_at", "last_error")
    list_filter = ("status", "flaw", "due_at")
    search_fields = ("trade__out_trade_no", "trade__trade_no")
