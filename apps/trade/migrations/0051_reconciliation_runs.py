from decimal import Decimal

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('trade', '0050_refund_billed_on'),
    ]

    operations = [
        migrations.CreateModel(
            name='ReconciliationRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('alipay', 'Alipay'), ('wechat', 'WeChat Pay')], max_length=10, verbose_name='channel')),
                ('day', models.DateField(verbose_name='day')),
                ('passes', models.PositiveIntegerField(default=0, verbose_name='passes')),
                ('payment_count', models.PositiveIntegerField(default=0, verbose_name='payments in the bill')),
                ('payment_sum', models.DecimalField(decimal_places=2, default=Decimal('0.00'), max_digits=16, verbose_name='paid by the bill')),
                ('refund_count', models.PositiveIntegerField(default=0, verbose_name='refunds in the bill')),
                ('refund_sum', models.DecimalField(decimal_places=2, default=Decimal('0.00'), max_digits=16, verbose_name='paid back by the bill')),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='compared at')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
            ],
            options={
                'verbose_name': 'reconciliation',
                'verbose_name_plural': 'reconciliations',
                'ordering': ['-day', 'channel'],
                'constraints': [models.UniqueConstraint(fields=('channel', 'day'), name='reconciliation_once_per_day')],
            },
        ),
    ]
