import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("trade", "0013_payment_attempt"),
    ]

    operations = [
        migrations.AddField(
            model_name="payment",
            name="attempt",
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="payments", to="trade.paymentattempt", verbose_name="payment attempt"),
        ),
    ]
