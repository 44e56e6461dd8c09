import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('users', '0001_squashed_0010'),
        ('oauth2_provider', '0022_refreshtoken_token_family_index'),
    ]

    operations = [
        migrations.CreateModel(
            name='AppLogin',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scope', models.CharField(max_length=200, verbose_name='what it may know')),
                ('password_mark', models.CharField(max_length=64, verbose_name='mark of the password')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('access_token', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='app_login', to=settings.OAUTH2_PROVIDER_ACCESS_TOKEN_MODEL, verbose_name='token')),
                ('grant', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='app_login', to=settings.OAUTH2_PROVIDER_GRANT_MODEL, verbose_name='authorization code')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='app_logins', to='users.devicesession', verbose_name='device session')),
                ('app', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='logins', to=settings.OAUTH2_PROVIDER_APPLICATION_MODEL, verbose_name='sister application')),
            ],
            options={
                'verbose_name': 'log-in to a sister application',
                'verbose_name_plural': 'log-ins to sister applications',
                'ordering': ['-id'],
            },
        ),
    ]
