from decimal import Decimal

from django.db import migrations, models

MONEY = {"max_digits": 12, "decimal_places": 2}


class Migration(migrations.Migration):

    dependencies = [
        ("trade", "0003_payment_status_index"),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="goods_total",
            field=models.DecimalField(default=Decimal("0.00"), verbose_name="goods", **MONEY),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="order",
            name="discount",
            field=models.DecimalField(default=Decimal("0.00"), verbose_name="discount", **MONEY),
        ),
        migrations.AddField(
            model_name="order",
            name="freight",
            field=models.DecimalField(default=Decimal("0.00"), verbose_name="freight", **MONEY),
        ),
    ]
