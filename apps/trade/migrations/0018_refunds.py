import uuid
from decimal import Decimal

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('trade', '0017_payment_refunded'),
    ]

    operations = [
        migrations.CreateModel(
            name='Refund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='public id')),
                ('number', models.CharField(editable=False, max_length=32, unique=True, verbose_name='refund number')),
                ('kind', models.CharField(choices=[('refund_only', 'money only'), ('return_goods', 'money for returned goods'), ('late_payment', 'payment that came too late')], max_length=12, verbose_name='kind')),
                ('state', models.CharField(choices=[('requested', "waiting for the shop's answer"), ('approved', 'waiting for the goods to be sent back'), ('returning', 'goods on their way back'), ('arrived', 'goods have arrived'), ('processing', 'money on its way back'), ('succeeded', 'money is back'), ('refused', 'refused by the shop'), ('withdrawn', 'withdrawn by the buyer'), ('lapsed', 'closed, the goods were not sent in time'), ('failed', 'refused by the payment service')], max_length=10, verbose_name='status')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='amount')),
                ('freight_amount', models.DecimalField(decimal_places=2, default=Decimal('0.00'), max_digits=12, verbose_name='freight in it')),
                ('reason', models.CharField(choices=[('changed_mind', 'no longer wanted'), ('wrong_item', 'wrong goods sent'), ('damaged', 'damaged or faulty'), ('not_as_described', 'not as described'), ('not_received', 'not received'), ('out_of_stock', 'out of stock'), ('not_taken', 'the order could not take the payment'), ('other', 'other')], max_length=16, verbose_name='reason')),
                ('description', models.CharField(blank=True, default='', max_length=500, verbose_name='description')),
                ('restock', models.BooleanField(default=False, verbose_name='goods go back on sale')),
                ('carrier', models.CharField(blank=True, default='', max_length=30, verbose_name='carrier of the return')),
                ('tracking_number', models.CharField(blank=True, default='', max_length=40, verbose_name='tracking number of the return')),
                ('deadline_at', models.DateTimeField(blank=True, null=True, verbose_name='to be answered until')),
                ('gateway_number', models.CharField(blank=True, default='', max_length=64, verbose_name="gateway's refund number")),
                ('attempts', models.PositiveIntegerField(default=0, verbose_name='calls to the gateway')),
                ('next_try_at', models.DateTimeField(blank=True, null=True, verbose_name='next call to the gateway')),
                ('last_error', models.CharField(blank=True, default='', max_length=300, verbose_name='last error')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='trade.order', verbose_name='order')),
                ('payment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='trade.payment', verbose_name='payment')),
            ],
            options={
                'verbose_name': 'refund',
                'verbose_name_plural': 'refunds',
                'ordering': ['-id'],
            },
        ),
        migrations.AddIndex(
            model_name='refund',
            index=models.Index(fields=['state', 'next_try_at'], name='refund_to_settle'),
        ),
        migrations.AddIndex(
            model_name='refund',
            index=models.Index(fields=['state', 'deadline_at'], name='refund_deadline'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='refund_amount_positive'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(('freight_amount__gte', 0), ('freight_amount__lt', django.db.models.expressions.CombinedExpression(models.F('amount'), '+', models.Value(Decimal('0.005'))))), name='refund_freight_within_amount'),
        ),
    ]
