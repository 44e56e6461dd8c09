from decimal import Decimal

import pytest

from apps.common.exceptions import InvalidInput
from apps.goods.models import Goods, Sku, StockMovement
from apps.goods.services.catalogue import NewSku, create_goods
from apps.goods.tests.factories import CategoryFactory

pytestmark = pytest.mark.django_db


def test_a_new_goods_comes_with_skus_stock_and_lowest_price() -> None:
    goods = create_goods(
        category=CategoryFactory(),
        name="毛巾",
        detail_html="<p>软</p><script>alert(1)</script>",
        attributes={"材质": "纯棉"},
        skus=[
            NewSku(price=Decimal("29.90"), stock=5, specifications={"颜色": "白", "尺寸": "大"}),
            NewSku(price=Decimal("19.90"), stock=0, code="SMALL"),
        ],
    )

    assert goods.price == Goods.objects.get(pk=goods.pk).price == Decimal("19.90")
    assert goods.detail_html == "<p>软</p>"
    assert list(goods.attributes.values_list("name", "value")) == [("材质", "纯棉")]
    assert list(goods.skus.order_by("id").values_list("price", "stock")) == [
        (Decimal("29.90"), 5),
        (Decimal("19.90"), 0),
    ]
    assert goods.skus.order_by("id")[0].specification_text == "白 / 大"
    assert list(StockMovement.objects.values_list("delta", "reason")) == [(5, "opening")]


@pytest.mark.parametrize(
    "skus",
    [
        [],
        [NewSku(price=Decimal("1.00"), stock=1), NewSku(price=Decimal("-1.00"))],
        [NewSku(price=Decimal("1.00"), stock=1), NewSku(price=Decimal("1.00"), stock=-1)],
    ],
)
def test_a_goods_that_cannot_be_sold_is_refused_whole(skus: list[NewSku]) -> None:
    with pytest.raises(InvalidInput):
        create_goods(category=CategoryFactory(), name="毛巾", skus=skus)

    assert not Goods.objects.exists()
    assert not Sku.objects.exists()
    assert not StockMovement.objects.exists()
