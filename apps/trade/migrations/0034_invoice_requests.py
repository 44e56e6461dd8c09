import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("trade", "0033_order_staff_note"),
    ]

    operations = [
        migrations.CreateModel(
            name="InvoiceRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("personal", "a person"), ("company", "a company")], max_length=10, verbose_name="kind"
                    ),
                ),
                ("heading", models.CharField(max_length=100, verbose_name="invoice title")),
                ("tax_number", models.CharField(blank=True, default="", max_length=20, verbose_name="tax number")),
                ("email", models.EmailField(max_length=254, verbose_name="e-mail")),
                (
                    "state",
                    models.CharField(
                        choices=[("requested", "asked for"), ("issued", "issued"), ("void", "void")],
                        default="requested",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "invoice_number",
                    models.CharField(blank=True, default="", max_length=30, verbose_name="invoice number"),
                ),
                ("issued_at", models.DateTimeField(blank=True, null=True, verbose_name="issued at")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoice_request",
                        to="trade.order",
                        verbose_name="order",
                    ),
                ),
            ],
            options={
                "verbose_name": "invoice request",
                "verbose_name_plural": "invoice requests",
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["state"], name="invoice_by_state")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "personal"), ("tax_number", "")),
                            models.Q(("kind", "company"), models.Q(("tax_number", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="invoice_company_has_tax_number",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("invoice_number", ""), ("issued_at__isnull", True)),
                            models.Q(("issued_at__isnull", False), models.Q(("invoice_number", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="invoice_issued_with_a_number",
                    ),
                ],
            },
        ),
    ]
