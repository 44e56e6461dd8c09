"""Categories, goods and SKUs for tests. Stock is always backed by its opening row in the ledger."""

from decimal import Decimal
from typing import Any

import factory
from factory.django import DjangoModelFactory

from apps.goods.models import Brand, Category, FreightTemplate, FreightZone, Goods, GoodsImage, Sku, StockMovement


class CategoryFactory(DjangoModelFactory[Category]):
    class Meta:
        model = Category
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"分类{n}")

    @factory.post_generation
    def place(self: Category, create: bool, extracted: Any, **kwargs: Any) -> None:
        self.level = self.parent.level + 1 if self.parent else 1
        self.path = f"{self.parent.path if self.parent else '/'}{self.pk}/"
        self.save(update_fields=["level", "path"])


class BrandFactory(DjangoModelFactory[Brand]):
    class Meta:
        model = Brand

    name = factory.Sequence(lambda n: f"品牌{n}")


class GoodsFactory(DjangoModelFactory[Goods]):
    """A goods without SKU; `SkuFactory` makes what can be bought."""

    class Meta:
        model = Goods

    name = factory.Sequence(lambda n: f"商品{n}")
    brief = "又大又甜"
    category = factory.SubFactory(CategoryFactory)
    market_price = Decimal("20.00")


class SkuFactory(DjangoModelFactory[Sku]):
    """A SKU with its goods; `stock` becomes an opening row of the ledger, the goods' price the lowest."""

    class Meta:
        model = Sku
        skip_postgeneration_save = True

    goods = factory.SubFactory(GoodsFactory)
    code = factory.Sequence(lambda n: f"SKU{n}")
    price = Decimal("10.00")
    stock = 10

    @factory.post_generation
    def book(self: Sku, create: bool, extracted: Any, **kwargs: Any) -> None:
        if self.stock:
            StockMovement.objects.create(sku=self, delta=self.stock, reason=StockMovement.Reason.OPENING)
        goods = self.goods
        goods.price = min(sku.price for sku in goods.skus.all())
        goods.save(update_fields=["price"])


class GoodsImageFactory(DjangoModelFactory[GoodsImage]):
    class Meta:
        model = GoodsImage

    goods = factory.SubFactory(GoodsFactory)
    image_url = "https://pictures.example/one.jpg"


class FreightTemplateFactory(DjangoModelFactory[FreightTemplate]):
    """By the piece; `FreightZoneFactory` says for how much."""

    class Meta:
        model = FreightTemplate

    name = factory.Sequence(lambda n: f"运费{n}")


class FreightZoneFactory(DjangoModelFactory[FreightZone]):
    """Everywhere: 8 yuan for the first piece, 2 for each further one."""

    class Meta:
        model = FreightZone

    template = factory.SubFactory(FreightTemplateFactory)
    first_fee = Decimal("8.00")
    next_fee = Decimal("2.00")
