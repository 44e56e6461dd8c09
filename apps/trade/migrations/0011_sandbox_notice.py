import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("trade", "0010_sandbox_refund"),
    ]

    operations = [
        migrations.CreateModel(
            name="SandboxNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("flaw", models.CharField(blank=True, default="", max_length=16, verbose_name="what is wrong with it")),
                ("status", models.CharField(choices=[("due", "due"), ("sent", "sent"), ("dead", "given up")], default="due", max_length=8, verbose_name="status")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("due_at", models.DateTimeField(verbose_name="due at")),
                ("last_error", models.CharField(blank=True, default="", max_length=500, verbose_name="last error")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("trade", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="notices", to="trade.sandboxtrade", verbose_name="trade")),
                ("refund", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="notices", to="trade.sandboxrefund", verbose_name="refund")),
            ],
            options={
                "verbose_name": "sandbox notification",
                "verbose_name_plural": "sandbox notifications",
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["status", "due_at"], name="sandbox_notice_due")],
            },
        ),
    ]
