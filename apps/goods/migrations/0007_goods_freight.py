import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('goods', '0006_freight_zone'),
    ]

    operations = [
        migrations.AddField(
            model_name='goods',
            name='purchase_limit',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='most pieces for one buyer'),
        ),
        migrations.AddField(
            model_name='goods',
            name='freight_template',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='goods', to='goods.freighttemplate', verbose_name='freight template'),
        ),
    ]
