import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('goods', '0003_home_page_index'),
        ('trade', '0024_guest_cart'),
    ]

    operations = [
        migrations.CreateModel(
            name='GuestCartLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.PositiveIntegerField(verbose_name='quantity')),
                ('added_price', models.DecimalField(decimal_places=2, editable=False, max_digits=12, verbose_name='price when added')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('cart', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='trade.guestcart', verbose_name='guest cart')),
                ('sku', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='goods.sku', verbose_name='SKU')),
            ],
            options={
                'verbose_name': 'guest cart line',
                'verbose_name_plural': 'guest cart lines',
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('cart', 'sku'), name='guest_cart_one_line_per_sku'), models.CheckConstraint(condition=models.Q(('quantity__gte', 1)), name='guest_cart_quantity_positive')],
            },
        ),
    ]
