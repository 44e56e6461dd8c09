from decimal import Decimal

from django.db import migrations, models

MONEY = {"max_digits": 12, "decimal_places": 2}


class Migration(migrations.Migration):

    dependencies = [
        ("trade", "0004_order_sums"),
    ]

    operations = [
        migrations.AddField(
            model_name="orderline",
            name="list_price",
            field=models.DecimalField(default=Decimal("0.00"), verbose_name="list price", **MONEY),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="orderline",
            name="discount",
            field=models.DecimalField(default=Decimal("0.00"), verbose_name="discount", **MONEY),
        ),
        migrations.AddField(
            model_name="orderline",
            name="refunded_quantity",
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name="pieces refunded"),
        ),
        migrations.AddField(
            model_name="orderline",
            name="refunded_amount",
            field=models.DecimalField(
                default=Decimal("0.00"), editable=False, verbose_name="amount refunded", **MONEY
            ),
        ),
    ]
