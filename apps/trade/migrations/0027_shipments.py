import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("trade", "0026_carriers"),
    ]

    operations = [
        migrations.CreateModel(
            name="Shipment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="public id"),
                ),
                ("tracking_number", models.CharField(max_length=40, verbose_name="tracking number")),
                (
                    "state",
                    models.CharField(
                        choices=[("on_its_way", "on its way"), ("delivered", "delivered")],
                        default="on_its_way",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("shipped_at", models.DateTimeField(verbose_name="shipped at")),
                ("delivered_at", models.DateTimeField(blank=True, null=True, verbose_name="delivered at")),
                (
                    "checks",
                    models.PositiveSmallIntegerField(default=0, verbose_name="questions to the tracking service"),
                ),
                ("next_check_at", models.DateTimeField(blank=True, null=True, verbose_name="next question")),
                (
                    "carrier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shipments",
                        to="trade.carrier",
                        verbose_name="carrier",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shipments",
                        to="trade.order",
                        verbose_name="order",
                    ),
                ),
            ],
            options={
                "verbose_name": "parcel",
                "verbose_name_plural": "parcels",
                "ordering": ["id"],
                "indexes": [models.Index(fields=["next_check_at"], name="shipment_to_track")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("order", "carrier", "tracking_number"), name="shipment_once_per_order"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("delivered_at__isnull", False), ("state", "delivered")),
                            models.Q(("delivered_at__isnull", True), ("state", "on_its_way")),
                            _connector="OR",
                        ),
                        name="shipment_delivered_at_a_time",
                    ),
                ],
            },
        ),
    ]
