from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("trade", "0029_tracking_events"),
    ]

    operations = [
        migrations.AddField(
            model_name="orderline",
            name="shipped_quantity",
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name="pieces shipped"),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(("shipped_quantity__lte", models.F("quantity"))),
                name="order_line_shipped_within_quantity",
            ),
        ),
    ]
