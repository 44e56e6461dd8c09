"""Accounts at third parties that log users in."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('users', '0008_longer_allowance_keys'),
    ]

    operations = [
        migrations.CreateModel(
            name='SocialBinding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(choices=[('weixin', 'WeChat'), ('qq', 'QQ'), ('weibo', 'Weibo')], max_length=32, verbose_name='third party')),
                ('uid', models.CharField(max_length=255, verbose_name='id there')),
                ('name', models.CharField(blank=True, default='', max_length=30, verbose_name='nickname there')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='bound at')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bindings', to=settings.AUTH_USER_MODEL, verbose_name='user')),
            ],
            options={
                'verbose_name': 'third-party log-in',
                'verbose_name_plural': 'third-party log-ins',
                'ordering': ['-id'],
                'constraints': [models.UniqueConstraint(fields=('provider', 'uid'), name='binding_of_one_user'), models.UniqueConstraint(fields=('user', 'provider'), name='binding_once_per_provider')],
            },
        ),
    ]
