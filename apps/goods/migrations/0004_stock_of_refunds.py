from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('goods', '0003_home_page_index'),
    ]

    operations = [
        migrations.AlterField(
            model_name='stockmovement',
            name='reason',
            field=models.CharField(choices=[('opening', 'opening stock'), ('order', 'taken by an order'), ('cancelled', 'order cancelled'), ('expired', 'order expired'), ('refunded', 'order refunded'), ('adjustment', 'adjusted by staff'), ('import', 'set by an import')], max_length=12, verbose_name='reason'),
        ),
    ]
