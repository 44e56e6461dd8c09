import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("trade", "0028_shipment_lines"),
    ]

    operations = [
        migrations.CreateModel(
            name="TrackingEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("happened_at", models.DateTimeField(verbose_name="happened at")),
                ("place", models.CharField(blank=True, default="", max_length=100, verbose_name="place")),
                ("text", models.CharField(max_length=300, verbose_name="text")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                (
                    "shipment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="trade.shipment",
                        verbose_name="parcel",
                    ),
                ),
            ],
            options={
                "verbose_name": "tracking event",
                "verbose_name_plural": "tracking events",
                "ordering": ["-happened_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(fields=("shipment", "happened_at", "text"), name="tracking_event_once")
                ],
            },
        ),
    ]
