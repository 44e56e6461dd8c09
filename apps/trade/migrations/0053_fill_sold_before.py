from django.db import migrations
from django.db.models import F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce


def fill(apps, schema_editor):
    """What a goods counts as sold beyond its paid orders, it sold before it came to this shop."""
    lines = apps.get_model("trade", "OrderLine").objects.filter(goods=OuterRef("pk"))
    paid = lines.exclude(order__status__in=("pending_payment", "cancelled", "expired"))
    sums = paid.order_by().values("goods").annotate(pieces=Sum("quantity")).values("pieces")
    pieces = Coalesce(Subquery(sums), 0)
    goods = apps.get_model("goods", "Goods").objects.annotate(paid=pieces).filter(sold_count__gt=F("paid"))
    goods.update(sold_before=F("sold_count") - pieces)


class Migration(migrations.Migration):

    dependencies = [
        ("goods", "0009_goods_sold_before"),
        ("trade", "0052_discrepancies"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
