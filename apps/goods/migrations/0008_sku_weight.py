from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('goods', '0007_goods_freight'),
    ]

    operations = [
        migrations.AddField(
            model_name='sku',
            name='weight',
            field=models.PositiveIntegerField(default=0, verbose_name='weight in grams'),
        ),
    ]
