import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("trade", "0009_sandbox_trade_state"),
    ]

    operations = [
        migrations.CreateModel(
            name="SandboxRefund",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("refund_no", models.CharField(max_length=64, unique=True, verbose_name="gateway's refund number")),
                ("out_refund_no", models.CharField(max_length=64, verbose_name="merchant's refund number")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=12, verbose_name="amount")),
                ("reason", models.CharField(blank=True, default="", max_length=256, verbose_name="reason")),
                ("notify_url", models.CharField(blank=True, default="", max_length=500, verbose_name="notify URL")),
                ("state", models.CharField(choices=[("pending", "pending"), ("done", "done"), ("refused", "refused by the gateway")], max_length=8, verbose_name="state")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="done at")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("trade", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="refunds", to="trade.sandboxtrade", verbose_name="trade")),
            ],
            options={
                "verbose_name": "sandbox refund",
                "verbose_name_plural": "sandbox refunds",
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["done_at"], name="sandbox_refund_of_day")],
                "constraints": [
                    models.UniqueConstraint(fields=("trade", "out_refund_no"), name="sandbox_refund_once_per_number"),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="sandbox_refund_positive"),
                ],
            },
        ),
    ]
