import django.db.models.deletion
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('goods', '0005_freight_template'),
    ]

    operations = [
        migrations.CreateModel(
            name='FreightZone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('regions', models.JSONField(blank=True, default=list, verbose_name='regions')),
                ('is_unreachable', models.BooleanField(default=False, verbose_name='not delivered to')),
                ('first_units', models.PositiveIntegerField(default=1, verbose_name='first units')),
                ('first_fee', models.DecimalField(decimal_places=2, default=Decimal('0.00'), max_digits=8, verbose_name='first fee')),
                ('next_units', models.PositiveIntegerField(default=1, verbose_name='further units')),
                ('next_fee', models.DecimalField(decimal_places=2, default=Decimal('0.00'), max_digits=8, verbose_name='fee for further units')),
                ('free_from_amount', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name='free from amount')),
                ('free_from_count', models.PositiveIntegerField(blank=True, null=True, verbose_name='free from pieces')),
                ('template', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='zones', to='goods.freighttemplate', verbose_name='freight template')),
            ],
            options={
                'verbose_name': 'freight zone',
                'verbose_name_plural': 'freight zones',
                'ordering': ['template_id', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('first_fee__gte', 0), ('next_fee__gte', 0)), name='freight_fees_not_negative'), models.CheckConstraint(condition=models.Q(('first_units__gte', 1), ('next_units__gte', 1)), name='freight_units_positive'), models.CheckConstraint(condition=models.Q(('free_from_amount', None), ('free_from_amount__gte', 0), _connector='OR'), name='freight_free_amount_not_negative')],
            },
        ),
    ]
