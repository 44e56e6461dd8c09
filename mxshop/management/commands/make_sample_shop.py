"""The sample shop."""

import logging
import time
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from apps.common.tasks import done_at_once
from apps.goods.models import Banner, Brand, Category, Goods, GoodsImage, HotWord, Sku
from apps.trade.models import Order
from apps.trade.services.coupons import claim_coupon
from apps.users.models import UserProfile
from mxshop.sample.catalogue import Pictures, Shelf, create_brands, draw_pictures, read_shelves, stock_shelf
from mxshop.sample.home import furnish_home_page
from mxshop.sample.offers import open_offers
from mxshop.sample.orders import live_a_while
from mxshop.sample.people import ACCOUNTS, open_accounts
from mxshop.sample.regions import open_regions

COUNTED = {
    "categories": Category,
    "brands": Brand,
    "goods": Goods,
    "SKUs": Sku,
    "pictures": GoodsImage,
    "banners": Banner,
    "hot words": HotWord,
    "accounts": UserProfile,
    "orders": Order,
}
Item = TypeVar("Item")


class Command(BaseCommand):
    """Make up a whole shop: goods with pictures, a home page, offers, people, and what they bought."""

    help = (
        "Load an invented Chinese shop: fresh food and daily goods with pictures drawn on the spot, a home page, a "
        "shopper with past orders, a staff account and a superuser, whose passwords are published. All or nothing, "
        "beside whatever is there already; a second run changes nothing. Refused in production."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.SAMPLE_SHOP:
            raise CommandError("the passwords of the sample accounts are published: this is no place for them")
        shelves = read_shelves()
        numbers = [article.number for shelf in shelves for article in shelf.articles]
        if Goods.objects.filter(number__in=numbers).exists():
            self.stdout.write("The sample shop is there already; nothing was changed.")
            return
        started, before = time.monotonic(), count_rows()
        pictures = self.draw(shelves)  # before the transaction, which is short then
        # A payment that comes too late is a warning to staff; this one is made up.
        logging.disable(logging.WARNING)
        try:
            # What the commit sets going, such as a refund, is part of the shop that the command leaves behind.
            with done_at_once(), transaction.atomic():
                self.fill(shelves, pictures)
        finally:
            logging.disable(logging.NOTSET)
        made = {name: count - before[name] for name, count in count_rows().items()}
        self.sum_up(made, time.monotonic() - started)

    def draw(self, shelves: list[Shelf]) -> dict[str, Pictures]:
        """Draw everything that the shelves hold; pictures by the number of the article."""
        articles = [(shelf, article) for shelf in shelves for article in shelf.articles]
        steps = self.progress("Drawing pictures", articles, len(articles))
        return {article.number: draw_pictures(shelf, article) for shelf, article in steps}

    def fill(self, shelves: list[Shelf], pictures: dict[str, Pictures]) -> None:
        """Create the shop in the caller's transaction."""
        brands = create_brands()
        on_sale = (
            goods
            for position, shelf in reversed(list(enumerate(shelves)))
            for goods in stock_shelf(shelf, position=position, brands=brands, pictures=pictures)
        )
        goods = {row.number: row for row in self.progress("Filling shelves", on_sale, len(pictures))}
        furnish_home_page(goods)
        coupons = open_offers(goods)
        open_regions()
        people = open_accounts()
        for account in ACCOUNTS:
            if account.role not in people:
                self.stderr.write(f"The name or mobile of {account.username!r} is taken: that account stays as it is.")
        # Elsewhere than in the sandbox nobody pays with play money.
        if "shopper" in people and settings.PAYMENT_MODE == "sandbox":
            claim_coupon(user=people["shopper"], public_id=coupons[0].public_id)
            live_a_while(shopper=people["shopper"], staff=people.get("staff"), goods=goods)

    def progress(self, title: str, steps: Iterable[Item], total: int) -> Iterator[Item]:
        """Yield the steps, and count them on a terminal."""
        shown = self.stdout.isatty()
        for number, step in enumerate(steps, start=1):
            yield step
            if shown:
                self.stdout.write(f"\r{title} {number}/{total}", ending="" if number < total else "\n")
                self.stdout.flush()

    def sum_up(self, made: dict[str, int], seconds: float) -> None:
        """Print what was made."""
        self.stdout.write(f"The sample shop is open, after {seconds:.1f} seconds:")
        for name, count in made.items():
            self.stdout.write(f"  {name:<12}{count:>6}")


def count_rows() -> dict[str, int]:
    """Return how many rows there are of what the summary names."""
    return {name: model._default_manager.count() for name, model in COUNTED.items()}
