import apps.goods.models.pictures
import django.db.models.deletion
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('goods', '0001_initial'), ('goods', '0002_initial'), ('goods', '0003_home_page_index'), ('goods', '0004_stock_of_refunds'), ('goods', '0005_freight_template'), ('goods', '0006_freight_zone'), ('goods', '0007_goods_freight'), ('goods', '0008_sku_weight'), ('goods', '0009_goods_sold_before'), ('goods', '0010_stock_movement_of_cause')]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
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
        migrations.CreateModel(
            name='HotWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.CharField(max_length=20, verbose_name='word')),
                ('position', models.IntegerField(default=0, verbose_name='position')),
                ('is_shown', models.BooleanField(default=True, verbose_name='shown')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
            ],
            options={
                'verbose_name': 'hot word',
                'verbose_name_plural': 'hot words',
                'ordering': ['-position', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Brand',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('desc', models.TextField(blank=True, default='', verbose_name='description')),
                ('image', models.ImageField(blank=True, default='', upload_to='brands/', verbose_name='logo')),
                ('image_url', models.CharField(blank=True, default='', max_length=500, verbose_name='logo URL')),
                ('position', models.IntegerField(default=0, verbose_name='position')),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=30, verbose_name='source')),
                ('source_key', models.CharField(editable=False, max_length=200, null=True, verbose_name='source key')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
            ],
            options={
                'verbose_name': 'brand',
                'verbose_name_plural': 'brands',
                'ordering': ['position', 'id'],
                'constraints': [models.UniqueConstraint(fields=('source', 'source_key'), name='brand_source_key')],
            },
            bases=(apps.goods.models.pictures.Pictured, models.Model),
        ),
        migrations.CreateModel(
            name='Category',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('code', models.CharField(blank=True, default='', max_length=60, verbose_name='code')),
                ('desc', models.TextField(blank=True, default='', verbose_name='description')),
                ('level', models.PositiveSmallIntegerField(default=1, editable=False, verbose_name='level')),
                ('path', models.CharField(db_index=True, default='', editable=False, max_length=700, verbose_name='path')),
                ('is_tab', models.BooleanField(default=False, verbose_name='in the navigation')),
                ('position', models.IntegerField(default=0, verbose_name='position')),
                ('icon_url', models.CharField(blank=True, default='', max_length=500, verbose_name='icon URL')),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=30, verbose_name='source')),
                ('source_key', models.CharField(editable=False, max_length=200, null=True, verbose_name='source key')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='goods.category', verbose_name='parent category')),
            ],
            options={
                'verbose_name': 'category',
                'verbose_name_plural': 'categories',
                'ordering': ['position', 'id'],
                'constraints': [models.UniqueConstraint(fields=('source', 'source_key'), name='category_source_key'), models.CheckConstraint(condition=models.Q(('level__gte', 1)), name='category_level_positive')],
            },
        ),
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
        migrations.CreateModel(
            name='Goods',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(blank=True, default='', max_length=50, verbose_name='article number')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('brief', models.CharField(blank=True, default='', max_length=500, verbose_name='brief')),
                ('keywords', models.CharField(blank=True, default='', max_length=200, verbose_name='keywords')),
                ('unit', models.CharField(blank=True, default='', max_length=20, verbose_name='unit')),
                ('detail_html', models.TextField(blank=True, default='', verbose_name='details')),
                ('price', models.DecimalField(decimal_places=2, default=Decimal('0.00'), editable=False, max_digits=12, verbose_name='lowest price')),
                ('market_price', models.DecimalField(decimal_places=2, default=Decimal('0.00'), max_digits=12, verbose_name='market price')),
                ('is_on_sale', models.BooleanField(default=True, verbose_name='on sale')),
                ('is_new', models.BooleanField(default=False, verbose_name='new')),
                ('is_hot', models.BooleanField(default=False, verbose_name='hot')),
                ('ships_free', models.BooleanField(default=True, verbose_name='free shipping')),
                ('purchase_limit', models.PositiveIntegerField(blank=True, null=True, verbose_name='most pieces for one buyer')),
                ('sold_count', models.PositiveIntegerField(default=0, editable=False, verbose_name='sold')),
                ('sold_before', models.PositiveIntegerField(default=0, editable=False, verbose_name='sold before this shop')),
                ('favourite_count', models.PositiveIntegerField(default=0, editable=False, verbose_name='favourites')),
                ('view_count', models.PositiveIntegerField(default=0, editable=False, verbose_name='views')),
                ('position', models.IntegerField(default=0, verbose_name='position')),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=30, verbose_name='source')),
                ('source_key', models.CharField(editable=False, max_length=200, null=True, verbose_name='source key')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('brand', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='goods', to='goods.brand', verbose_name='brand')),
                ('category', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='goods', to='goods.category', verbose_name='category')),
                ('freight_template', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='goods', to='goods.freighttemplate', verbose_name='freight template')),
            ],
            options={
                'verbose_name': 'goods',
                'verbose_name_plural': 'goods',
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['category', 'id'], name='goods_by_category'), models.Index(fields=['is_on_sale', 'category', 'position', 'brand'], name='goods_home_page'), models.Index(fields=['is_on_sale', 'created_at'], name='goods_newest'), models.Index(fields=['is_on_sale', 'sold_count'], name='goods_best_sold'), models.Index(fields=['is_on_sale', 'price'], name='goods_by_price')],
                'constraints': [models.UniqueConstraint(fields=('source', 'source_key'), name='goods_source_key'), models.CheckConstraint(condition=models.Q(('price__gte', 0)), name='goods_price_not_negative'), models.CheckConstraint(condition=models.Q(('market_price__gte', 0)), name='goods_market_price_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='Banner',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('image', models.ImageField(upload_to='banners/', verbose_name='picture')),
                ('position', models.IntegerField(default=0, verbose_name='position')),
                ('is_shown', models.BooleanField(default=True, verbose_name='shown')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('goods', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='banner', to='goods.goods', verbose_name='goods')),
            ],
            options={
                'verbose_name': 'banner',
                'verbose_name_plural': 'banners',
                'ordering': ['position', 'id'],
            },
        ),
        migrations.CreateModel(
            name='GoodsAttribute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('value', models.CharField(max_length=500, verbose_name='value')),
                ('position', models.IntegerField(default=0, verbose_name='position')),
                ('goods', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attributes', to='goods.goods', verbose_name='goods')),
            ],
            options={
                'verbose_name': 'attribute',
                'verbose_name_plural': 'attributes',
                'ordering': ['position', 'id'],
            },
        ),
        migrations.CreateModel(
            name='GoodsImage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('image', models.ImageField(blank=True, default='', upload_to='goods/', verbose_name='picture')),
                ('image_url', models.CharField(blank=True, default='', max_length=500, verbose_name='picture URL')),
                ('position', models.IntegerField(default=0, verbose_name='position')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('goods', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='images', to='goods.goods', verbose_name='goods')),
            ],
            options={
                'verbose_name': 'goods picture',
                'verbose_name_plural': 'goods pictures',
                'ordering': ['position', 'id'],
            },
            bases=(apps.goods.models.pictures.Pictured, models.Model),
        ),
        migrations.CreateModel(
            name='IndexAd',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('category', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='index_ad', to='goods.category', verbose_name='category')),
                ('goods', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='goods.goods', verbose_name='goods')),
            ],
            options={
                'verbose_name': 'home page ad',
                'verbose_name_plural': 'home page ads',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Sku',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(blank=True, default='', max_length=60, verbose_name='SKU code')),
                ('specifications', models.JSONField(blank=True, default=list, verbose_name='specifications')),
                ('price', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='price')),
                ('stock', models.IntegerField(default=0, editable=False, verbose_name='stock')),
                ('weight', models.PositiveIntegerField(default=0, verbose_name='weight in grams')),
                ('is_on_sale', models.BooleanField(default=True, verbose_name='on sale')),
                ('image', models.ImageField(blank=True, default='', upload_to='goods/', verbose_name='picture')),
                ('image_url', models.CharField(blank=True, default='', max_length=500, verbose_name='picture URL')),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=30, verbose_name='source')),
                ('source_key', models.CharField(editable=False, max_length=200, null=True, verbose_name='source key')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('goods', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='skus', to='goods.goods', verbose_name='goods')),
            ],
            options={
                'verbose_name': 'SKU',
                'verbose_name_plural': 'SKUs',
                'ordering': ['goods_id', 'id'],
                'constraints': [models.UniqueConstraint(fields=('source', 'source_key'), name='sku_source_key'), models.CheckConstraint(condition=models.Q(('stock__gte', 0)), name='sku_stock_not_negative'), models.CheckConstraint(condition=models.Q(('price__gte', 0)), name='sku_price_not_negative')],
            },
            bases=(apps.goods.models.pictures.Pictured, models.Model),
        ),
        migrations.CreateModel(
            name='PriceChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('old_price', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='old price')),
                ('new_price', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='new price')),
                ('source', models.CharField(blank=True, default='', max_length=30, verbose_name='source')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('sku', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='price_changes', to='goods.sku', verbose_name='SKU')),
            ],
            options={
                'verbose_name': 'price change',
                'verbose_name_plural': 'price changes',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='StockMovement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('delta', models.IntegerField(verbose_name='change')),
                ('reason', models.CharField(choices=[('opening', 'opening stock'), ('order', 'taken by an order'), ('cancelled', 'order cancelled'), ('expired', 'order expired'), ('refunded', 'order refunded'), ('adjustment', 'adjusted by staff'), ('import', 'set by an import')], max_length=12, verbose_name='reason')),
                ('reference', models.CharField(blank=True, default='', max_length=64, verbose_name='reference')),
                ('note', models.CharField(blank=True, default='', max_length=200, verbose_name='note')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('sku', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='movements', to='goods.sku', verbose_name='SKU')),
            ],
            options={
                'verbose_name': 'stock movement',
                'verbose_name_plural': 'stock movements',
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['reference', 'sku'], name='stock_movement_of_cause')],
                'constraints': [models.CheckConstraint(condition=models.Q(('delta', 0), _negated=True), name='stock_movement_moves')],
            },
        ),
    ]
