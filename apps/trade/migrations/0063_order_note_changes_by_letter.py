from django.db import migrations


class Migration(migrations.Migration):
    """MariaDB compares by collation, so the check refused notes that change in case, width or accents alone."""

    dependencies = [
        ("trade", "0062_refund_remainders"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="ordernotechange",
            name="order_note_changes",
        ),
    ]
