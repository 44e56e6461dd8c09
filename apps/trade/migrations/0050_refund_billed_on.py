from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('trade', '0049_payment_billed_on'),
    ]

    operations = [
        migrations.AddField(
            model_name='refund',
            name='billed_on',
            field=models.DateField(blank=True, editable=False, null=True, verbose_name='in the bill of'),
        ),
        migrations.AddIndex(
            model_name='refund',
            index=models.Index(fields=['state', 'billed_on'], name='refund_not_billed'),
        ),
    ]
