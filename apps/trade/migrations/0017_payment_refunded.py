from decimal import Decimal

import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('trade', '0016_order_freight_refunded'),
    ]

    operations = [
        migrations.AddField(
            model_name='payment',
            name='refunded_amount',
            field=models.DecimalField(decimal_places=2, default=Decimal('0.00'), editable=False, max_digits=12, verbose_name='amount refunded'),
        ),
        migrations.AlterField(
            model_name='payment',
            name='status',
            field=models.CharField(choices=[('accepted', 'accepted'), ('refund_due', 'to be refunded'), ('refunded', 'refunded')], max_length=12, verbose_name='status'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(('refunded_amount__gte', 0), ('refunded_amount__lt', django.db.models.expressions.CombinedExpression(models.F('amount'), '+', models.Value(Decimal('0.005'))))), name='payment_refunds_within_amount'),
        ),
    ]
