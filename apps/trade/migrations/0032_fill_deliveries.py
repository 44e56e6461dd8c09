from django.db import migrations
from django.db.models import F


def fill(apps, schema_editor):
    """Until now an order left as a whole, and was written last when it moved last."""
    orders = apps.get_model("trade", "Order").objects
    orders.filter(status="shipped").update(shipped_at=F("updated_at"))
    orders.filter(status="received").update(shipped_at=F("updated_at"), received_at=F("updated_at"))
    sent = apps.get_model("trade", "OrderLine").objects.filter(order__status__in=("shipped", "received", "finished"))
    sent.update(shipped_quantity=F("quantity"))


class Migration(migrations.Migration):

    dependencies = [
        ("trade", "0031_order_delivery_times"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
