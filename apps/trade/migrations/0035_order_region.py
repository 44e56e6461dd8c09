from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('trade', '0034_invoice_requests'),
    ]

    operations = [
        migrations.AddField(
            model_name='order',
            name='region_code',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='GB code of the region'),
        ),
    ]
