import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("trade", "0025_guest_cart_line"),
    ]

    operations = [
        migrations.CreateModel(
            name="Carrier",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=30, unique=True, verbose_name="name")),
                (
                    "code",
                    models.CharField(
                        max_length=30,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator("\\A[a-z0-9]+\\Z", "Small letters and digits only.")
                        ],
                        verbose_name="code at the tracking service",
                    ),
                ),
                (
                    "tracking_url",
                    models.CharField(
                        blank=True,
                        default="",
                        max_length=200,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\Ahttps?://[^\\s{}]+\\{number\\}[^\\s{}]*\\Z",
                                "An address that begins with https:// and holds {number} once.",
                            )
                        ],
                        verbose_name="address of a parcel's page",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
            ],
            options={
                "verbose_name": "carrier",
                "verbose_name_plural": "carriers",
                "ordering": ["name"],
            },
        ),
    ]
