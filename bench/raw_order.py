"""The order as plain SQL: the rows that the shop writes, and nothing that makes them right in every case."""

import json
import secrets
import uuid
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.backends.utils import CursorWrapper
from django.utils import timezone

BUYER = """
    SELECT user.id, user.password, user.public_id FROM users_devicesession session
    JOIN users_userprofile user ON user.id = session.user_id
    WHERE session.public_id = %s AND session.ended_at IS NULL AND session.expires_at > %s
      AND session.realm = 'shop' AND user.is_active = 1 AND user.is_deleted = 0
"""
CART = """
    SELECT sku.id, goods.id, goods.name, sku.price, line.quantity FROM trade_cartline line
    JOIN goods_sku sku ON sku.id = line.sku_id JOIN goods_goods goods ON goods.id = sku.goods_id
    WHERE line.user_id = %s AND sku.is_on_sale = 1 AND goods.is_on_sale = 1 ORDER BY sku.id
"""
EMPTY = "DELETE FROM trade_cartline WHERE user_id = %s"
TAKE = "UPDATE goods_sku SET stock = stock - %s WHERE id = %s AND stock >= %s"
# Of several rows the driver makes one statement only if nothing but placeholders stands between the brackets.
LEDGER = """
    INSERT INTO goods_stockmovement (sku_id, delta, reason, reference, note, actor_id, created_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s)
"""
ORDER = """
    INSERT INTO trade_order (number, user_id, status, goods_total, discount, freight, refunded_freight, total, note,
        staff_note, recipient_name, recipient_mobile, address, expires_at, created_at, updated_at)
    VALUES (%s, %s, 'pending_payment', %s, 0, 0, 0, %s, %s, '', %s, %s, %s, %s, %s, %s)
"""
LINE = """
    INSERT INTO trade_orderline (order_id, sku_id, goods_id, goods_name, specification, image, list_price, unit_price,
        quantity, discount, shipped_quantity, points_spent, counts_for_limit, settled_quantity, refunded_quantity,
        refunded_amount)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
EVENT = """
    INSERT INTO trade_orderevent (order_id, from_status, to_status, actor_id, reason, created_at)
    VALUES (%s, '', 'pending_payment', %s, 'Its buyer placed it.', %s)
"""
ATTEMPT = """
    INSERT INTO trade_paymentattempt (public_id, order_id, channel, method, number, amount, payer, state, queries,
        next_query_at, created_at)
    VALUES (%s, %s, 'alipay', 'page', %s, %s, '', 'open', 0, %s, %s)
"""
KEY = """
    INSERT INTO trade_idempotencykey (user_id, route, `key`, request_hash, token, status, answer, created_at)
    VALUES (%s, 'bare', %s, '', %s, 201, %s, %s)
"""


def place_raw(cursor: CursorWrapper, *, user_id: int, body: dict[str, Any], key: str) -> dict[str, Any]:
    """Turn the cart into an order, in the caller's transaction; raises LookupError for want of stock or a cart."""
    now, number = timezone.now(), f"{timezone.localtime():%Y%m%d}{secrets.randbelow(10**16):016d}"
    cursor.execute(CART, [user_id])
    cart = cursor.fetchall()
    cursor.execute(EMPTY, [user_id])
    if not cart or cursor.rowcount != len(cart):
        raise LookupError("the cart is empty, or was changed")
    for sku_id, _goods_id, _name, _price, quantity in cart:
        cursor.execute(TAKE, [quantity, sku_id, quantity])
        if not cursor.rowcount:
            raise LookupError("there are fewer than wanted")
    cursor.executemany(LEDGER, [(sku_id, -quantity, "order", number, "", None, now) for sku_id, *_, quantity in cart])
    total = sum((price * quantity for *_, price, quantity in cart), Decimal())
    whereto = [body["post_script"], body["signer_name"], body["singer_mobile"], body["address"]]
    cursor.execute(ORDER, [number, user_id, total, total, *whereto, now + timedelta(minutes=30), now, now])
    order_id = cursor.lastrowid
    lines = [
        (order_id, sku, goods, name, "", "", price, price, quantity, 0, 0, 0, 0, 0, 0, 0)
        for sku, goods, name, price, quantity in cart
    ]
    cursor.executemany(LINE, lines)
    cursor.execute(EVENT, [order_id, user_id, now])
    due = now + timedelta(minutes=1)
    cursor.execute(ATTEMPT, [uuid.uuid4().hex, order_id, number, total, due, now])
    answer = {"id": order_id, "order_sn": number, "order_mount": str(total), "lines": len(lines)}
    cursor.execute(KEY, [user_id, key, uuid.uuid4().hex, json.dumps(answer), now])
    return answer
