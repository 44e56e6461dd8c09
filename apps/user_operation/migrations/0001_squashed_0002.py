import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('user_operation', '0001_initial'), ('user_operation', '0002_initial')]

    initial = True

    dependencies = [
        ('goods', '0001_squashed_0010'),
        ('regions', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Address',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('province', models.CharField(blank=True, default='', max_length=50, verbose_name='province')),
                ('city', models.CharField(blank=True, default='', max_length=50, verbose_name='city')),
                ('district', models.CharField(blank=True, default='', max_length=50, verbose_name='district')),
                ('address', models.CharField(blank=True, default='', max_length=100, verbose_name='street address')),
                ('recipient_name', models.CharField(blank=True, default='', max_length=30, verbose_name='recipient')),
                ('recipient_mobile', models.CharField(blank=True, default='', max_length=11, verbose_name="recipient's mobile")),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('region', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='regions.region', verbose_name='region')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='addresses', to=settings.AUTH_USER_MODEL, verbose_name='user')),
            ],
            options={
                'verbose_name': 'address',
                'verbose_name_plural': 'addresses',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.PositiveSmallIntegerField(choices=[(1, 'comment'), (2, 'complaint'), (3, 'question'), (4, 'after-sale'), (5, 'wanted')], default=1, verbose_name='kind')),
                ('subject', models.CharField(blank=True, default='', max_length=100, verbose_name='subject')),
                ('body', models.TextField(blank=True, default='', verbose_name='message')),
                ('file', models.FileField(blank=True, default='', upload_to='messages/', verbose_name='attachment')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shop_messages', to=settings.AUTH_USER_MODEL, verbose_name='user')),
            ],
            options={
                'verbose_name': 'message',
                'verbose_name_plural': 'messages',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Favourite',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('goods', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='favourites', to='goods.goods', verbose_name='goods')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='favourites', to=settings.AUTH_USER_MODEL, verbose_name='user')),
            ],
            options={
                'verbose_name': 'favourite',
                'verbose_name_plural': 'favourites',
                'ordering': ['-id'],
                'constraints': [models.UniqueConstraint(fields=('user', 'goods'), name='favourite_once')],
            },
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content', models.TextField(blank=True, default='', verbose_name='content')),
                ('rating', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(5)], verbose_name='stars')),
                ('image_urls', models.JSONField(blank=True, default=list, verbose_name='picture URLs')),
                ('reply', models.TextField(blank=True, default='', verbose_name="shop's reply")),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=30, verbose_name='source')),
                ('source_key', models.CharField(editable=False, max_length=200, null=True, verbose_name='source key')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('goods', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reviews', to='goods.goods', verbose_name='goods')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='reviews', to=settings.AUTH_USER_MODEL, verbose_name='author')),
            ],
            options={
                'verbose_name': 'review',
                'verbose_name_plural': 'reviews',
                'ordering': ['-id'],
                'constraints': [models.UniqueConstraint(fields=('source', 'source_key'), name='review_source_key'), models.CheckConstraint(condition=models.Q(('rating__gte', 1), ('rating__lte', 5)), name='review_one_to_five_stars')],
            },
        ),
    ]
