from django.db import migrations
from django.db.models import F


def fill(apps, schema_editor):
    """Until now nothing was let off and nothing asked for carriage: the goods were the total."""
    apps.get_model("trade", "Order").objects.update(goods_total=F("total"))
    apps.get_model("trade", "OrderLine").objects.update(list_price=F("unit_price"))


class Migration(migrations.Migration):

    dependencies = [
        ("trade", "0005_order_line_sums"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
