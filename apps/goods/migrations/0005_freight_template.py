from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('goods', '0004_stock_of_refunds'),
    ]

    operations = [
        migrations.CreateModel(
            name='FreightTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, unique=True, verbose_name='name')),
                ('unit', models.CharField(choices=[('piece', 'by the piece'), ('weight', 'by weight, in grams')], default='piece', max_length=10, verbose_name='charged')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
            ],
            options={
                'verbose_name': 'freight template',
                'verbose_name_plural': 'freight templates',
                'ordering': ['name'],
            },
        ),
    ]
