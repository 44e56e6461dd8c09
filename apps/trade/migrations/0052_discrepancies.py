import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('trade', '0051_reconciliation_runs'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Discrepancy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(choices=[('payment', 'payment'), ('refund', 'refund')], max_length=8, verbose_name='about')),
                ('kind', models.CharField(choices=[('missing_here', 'missing here'), ('missing_there', 'missing in the bill'), ('amount', 'other amount'), ('state', 'other state')], max_length=14, verbose_name='difference')),
                ('reference', models.CharField(max_length=64, verbose_name='trade or refund number')),
                ('number', models.CharField(max_length=64, verbose_name="merchant's number")),
                ('ours', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name='amount here')),
                ('theirs', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name='amount in the bill')),
                ('state', models.CharField(choices=[('open', 'to be settled'), ('resolved', 'settled'), ('gone', 'found no more')], default='open', max_length=8, verbose_name='status')),
                ('seen_in', models.PositiveIntegerField(verbose_name='last found in pass')),
                ('note', models.CharField(blank=True, default='', max_length=200, verbose_name='note')),
                ('resolved_at', models.DateTimeField(blank=True, null=True, verbose_name='settled at')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('payment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='trade.payment', verbose_name='payment')),
                ('refund', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='trade.refund', verbose_name='refund')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='discrepancies', to='trade.reconciliationrun', verbose_name='reconciliation')),
            ],
            options={
                'verbose_name': 'discrepancy',
                'verbose_name_plural': 'discrepancies',
                'ordering': ['-id'],
                'constraints': [models.UniqueConstraint(fields=('run', 'subject', 'kind', 'reference'), name='discrepancy_told_once')],
                'indexes': [models.Index(fields=['run', 'state'], name='discrepancy_to_settle')],
            },
        ),
    ]
