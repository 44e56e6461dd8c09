import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("trade", "0012_payment_channel_wechat"),
    ]

    operations = [
        migrations.CreateModel(
            name="PaymentAttempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="public id")),
                ("channel", models.CharField(choices=[("alipay", "Alipay"), ("wechat", "WeChat Pay")], max_length=10, verbose_name="channel")),
                ("method", models.CharField(choices=[("page", "web page"), ("wap", "mobile page"), ("app", "app"), ("native", "QR code"), ("jsapi", "inside WeChat"), ("h5", "mobile browser")], max_length=10, verbose_name="method")),
                ("number", models.CharField(max_length=40, unique=True, verbose_name="merchant's number")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=12, verbose_name="amount")),
                ("payer", models.CharField(blank=True, default="", max_length=128, verbose_name="payer")),
                ("state", models.CharField(choices=[("open", "open"), ("paid", "paid"), ("closed", "closed")], default="open", max_length=8, verbose_name="state")),
                ("instructions", models.JSONField(blank=True, null=True, verbose_name="instructions")),
                ("queries", models.PositiveSmallIntegerField(default=0, verbose_name="queries")),
                ("next_query_at", models.DateTimeField(blank=True, db_index=True, null=True, verbose_name="next query at")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("order", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="attempts", to="trade.order", verbose_name="order")),
            ],
            options={
                "verbose_name": "payment attempt",
                "verbose_name_plural": "payment attempts",
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount__gte", 0)), name="payment_attempt_amount_not_negative"),
                ],
            },
        ),
    ]
