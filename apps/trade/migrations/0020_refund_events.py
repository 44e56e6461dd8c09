import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('trade', '0019_refund_lines'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RefundEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_state', models.CharField(blank=True, choices=[('requested', "waiting for the shop's answer"), ('approved', 'waiting for the goods to be sent back'), ('returning', 'goods on their way back'), ('arrived', 'goods have arrived'), ('processing', 'money on its way back'), ('succeeded', 'money is back'), ('refused', 'refused by the shop'), ('withdrawn', 'withdrawn by the buyer'), ('lapsed', 'closed, the goods were not sent in time'), ('failed', 'refused by the payment service')], default='', max_length=10, verbose_name='from')),
                ('to_state', models.CharField(choices=[('requested', "waiting for the shop's answer"), ('approved', 'waiting for the goods to be sent back'), ('returning', 'goods on their way back'), ('arrived', 'goods have arrived'), ('processing', 'money on its way back'), ('succeeded', 'money is back'), ('refused', 'refused by the shop'), ('withdrawn', 'withdrawn by the buyer'), ('lapsed', 'closed, the goods were not sent in time'), ('failed', 'refused by the payment service')], max_length=10, verbose_name='to')),
                ('note', models.CharField(blank=True, default='', max_length=300, verbose_name='note')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('refund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='trade.refund', verbose_name='refund')),
            ],
            options={
                'verbose_name': 'refund event',
                'verbose_name_plural': 'refund events',
                'ordering': ['id'],
            },
        ),
        migrations.AddConstraint(
            model_name='refundevent',
            constraint=models.CheckConstraint(condition=models.Q(('from_state', models.F('to_state')), _negated=True), name='refund_event_moves'),
        ),
    ]
