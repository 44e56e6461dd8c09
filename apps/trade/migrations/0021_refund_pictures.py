import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('trade', '0020_refund_events'),
    ]

    operations = [
        migrations.CreateModel(
            name='RefundPicture',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('image', models.ImageField(upload_to='refunds/', verbose_name='picture')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('refund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pictures', to='trade.refund', verbose_name='refund')),
            ],
            options={
                'verbose_name': 'refund picture',
                'verbose_name_plural': 'refund pictures',
                'ordering': ['id'],
            },
        ),
    ]
