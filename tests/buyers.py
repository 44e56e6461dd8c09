"""Buyers at their browsers; every request is a connection of its own."""

import requests

from apps.goods.models import Sku
from apps.trade.models import Order
from apps.trade.services.orders import place_order
from apps.trade.tests.factories import RECIPIENT, CartLineFactory
from apps.users.models import UserProfile
from apps.users.services import sessions
from apps.users.services.sessions import Device
from apps.users.tests.factories import UserFactory

ORDER = {
    "post_script": "请快一点",
    "address": "浙江省杭州市西湖区文三路1号",
    "signer_name": "李雷",
    "singer_mobile": "13800000001",
    "order_mount": 441.29999999999995,
}


class Buyer:
    """Somebody who is signed in, with a cart."""

    def __init__(self, shop: str, *skus: Sku, quantity: int = 1) -> None:
        self.user: UserProfile = UserFactory()
        for sku in skus:
            CartLineFactory(user=self.user, sku=sku, quantity=quantity)
        self.shop = shop
        token = sessions.open_session(user=self.user, device=Device(ip=None, user_agent="a browser")).token
        self.headers = {"Authorization": f"JWT {token}"}

    def submit(self, **headers: str) -> requests.Response:
        return requests.post(f"{self.shop}/orders/", json=ORDER, headers={**self.headers, **headers}, timeout=60)

    def has_ordered(self) -> Order:
        """Return an order of what is in the cart, placed without the server; for tests of what comes after."""
        return place_order(user=self.user, **RECIPIENT)

    def delete(self, order_id: int) -> requests.Response:
        return requests.delete(f"{self.shop}/orders/{order_id}/", headers=self.headers, timeout=60)
