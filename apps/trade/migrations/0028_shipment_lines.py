import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("trade", "0027_shipments"),
    ]

    operations = [
        migrations.CreateModel(
            name="ShipmentLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quantity", models.PositiveIntegerField(verbose_name="quantity")),
                (
                    "order_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shipment_lines",
                        to="trade.orderline",
                        verbose_name="order line",
                    ),
                ),
                (
                    "shipment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="trade.shipment",
                        verbose_name="parcel",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of a parcel",
                "verbose_name_plural": "lines of parcels",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("shipment", "order_line"), name="shipment_one_line_per_order_line"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gte", 1)), name="shipment_line_quantity_positive"
                    ),
                ],
            },
        ),
    ]
