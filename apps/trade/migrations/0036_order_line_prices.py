from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('trade', '0035_order_region'),
    ]

    operations = [
        migrations.AddField(
            model_name='orderline',
            name='counts_for_limit',
            field=models.BooleanField(default=False, editable=False, verbose_name='counts for the purchase limit'),
        ),
        migrations.AddField(
            model_name='orderline',
            name='points_spent',
            field=models.PositiveIntegerField(default=0, verbose_name='points spent'),
        ),
        migrations.AddField(
            model_name='orderline',
            name='settled_quantity',
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name='pieces settled'),
        ),
        migrations.AddConstraint(
            model_name='orderline',
            constraint=models.CheckConstraint(condition=models.Q(('settled_quantity__lte', models.F('quantity'))), name='order_line_settled_within_quantity'),
        ),
    ]
