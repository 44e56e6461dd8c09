"""What the first page of the back office shows beside what waits for staff."""

from xadmin import site
from xadmin.views.website import IndexView
from xadmin_compat.first_page import FirstPage

from apps.goods.models import Category, Goods, Sku
from apps.trade.models import Coupon, Order, Refund, Shipment
from apps.user_operation.models import Message
from apps.users.models import UserProfile


class FirstPageOfShop:
    """The lists that are opened every day, and the orders that came in."""

    shortcuts = (Order, Shipment, Refund, Goods, Sku, Category, Coupon, Message, UserProfile)
    latest = (Order,)


site.register(IndexView, FirstPageOfShop)
site.register_plugin(FirstPage, IndexView)
