from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("trade", "0032_fill_deliveries"),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="staff_note",
            field=models.CharField(blank=True, default="", editable=False, max_length=500, verbose_name="staff's note"),
        ),
    ]
