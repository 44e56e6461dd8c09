from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('trade', '0022_idempotency_claims'),
    ]

    operations = [
        migrations.AddField(
            model_name='cartline',
            name='added_price',
            field=models.DecimalField(decimal_places=2, editable=False, max_digits=12, null=True, verbose_name='price when added'),
        ),
    ]
