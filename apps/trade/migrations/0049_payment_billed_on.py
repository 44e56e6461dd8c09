from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('trade', '0048_order_price_changes'),
    ]

    operations = [
        migrations.AddField(
            model_name='payment',
            name='billed_on',
            field=models.DateField(blank=True, editable=False, null=True, verbose_name='in the bill of'),
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(fields=['channel', 'billed_on', 'paid_at'], name='payment_not_billed'),
        ),
    ]
