
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('goods', '0008_sku_weight'),
    ]

    operations = [
        migrations.AddField(
            model_name='goods',
            name='sold_before',
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name='sold before this shop'),
        ),
    ]
