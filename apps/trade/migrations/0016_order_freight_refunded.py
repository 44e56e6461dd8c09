from decimal import Decimal

import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('trade', '0015_fill_attempts'),
    ]

    operations = [
        migrations.AddField(
            model_name='order',
            name='refunded_freight',
            field=models.DecimalField(decimal_places=2, default=Decimal('0.00'), editable=False, max_digits=12, verbose_name='freight refunded'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('refunded_freight__gte', 0), ('refunded_freight__lt', django.db.models.expressions.CombinedExpression(models.F('freight'), '+', models.Value(Decimal('0.005'))))), name='order_refunds_within_freight'),
        ),
    ]
