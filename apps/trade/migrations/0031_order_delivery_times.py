from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("trade", "0030_order_line_shipped"),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="shipped_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="shipped at"),
        ),
        migrations.AddField(
            model_name="order",
            name="received_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="received at"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["status", "shipped_at"], name="order_to_receive"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["status", "received_at"], name="order_to_finish"),
        ),
    ]
