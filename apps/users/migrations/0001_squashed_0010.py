import apps.users.querysets
import django.contrib.auth.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import django.utils.timezone
import oauth2_provider.generators
import oauth2_provider.models
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('users', '0001_initial'), ('users', '0002_roles'), ('users', '0003_deleted_users'), ('users', '0004_devices'), ('users', '0005_scan_logins'), ('users', '0006_second_factors'), ('users', '0007_codes_by_address'), ('users', '0008_longer_allowance_keys'), ('users', '0009_third_party_logins'), ('users', '0010_sister_apps')]

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='CodeAllowance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=160, unique=True, verbose_name='key')),
                ('used', models.PositiveIntegerField(default=0, verbose_name='used')),
                ('expires_at', models.DateTimeField(db_index=True, verbose_name='expires at')),
            ],
            options={
                'verbose_name': 'code allowance',
                'verbose_name_plural': 'code allowances',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Role',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=30, unique=True, verbose_name='name')),
                ('level', models.PositiveSmallIntegerField(default=0, help_text='What cannot be undone takes a high level; 0 is enough for everyday work.', verbose_name='staff level')),
                ('note', models.CharField(blank=True, default='', max_length=200, verbose_name='note')),
            ],
            options={
                'verbose_name': 'role',
                'verbose_name_plural': 'roles',
                'ordering': ['-level', 'name'],
            },
        ),
        migrations.CreateModel(
            name='SisterApp',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('client_id', models.CharField(db_index=True, default=oauth2_provider.generators.generate_client_id, max_length=255, unique=True, verbose_name='client ID')),
                ('redirect_uris', models.TextField(blank=True, help_text='Allowed URIs list, space separated', verbose_name='redirect URIs')),
                ('post_logout_redirect_uris', models.TextField(blank=True, default='', help_text='Allowed Post Logout URIs list, space separated', verbose_name='post logout redirect URIs')),
                ('client_type', models.CharField(choices=[('confidential', 'Confidential'), ('public', 'Public')], max_length=32, verbose_name='client type')),
                ('authorization_grant_type', models.CharField(choices=[('authorization-code', 'Authorization code'), ('urn:ietf:params:oauth:grant-type:device_code', 'Device Code'), ('implicit', 'Implicit'), ('password', 'Resource owner password-based'), ('client-credentials', 'Client credentials'), ('openid-hybrid', 'OpenID connect hybrid')], max_length=44, verbose_name='authorization grant type')),
                ('client_secret', oauth2_provider.models.ClientSecretField(blank=True, db_index=True, default=oauth2_provider.generators.generate_client_secret, help_text='Client secret for authentication', max_length=255, verbose_name='client secret')),
                ('hash_client_secret', models.BooleanField(default=True, verbose_name='hash client secret')),
                ('name', models.CharField(blank=True, max_length=255, verbose_name='name')),
                ('skip_authorization', models.BooleanField(default=False, verbose_name='skip authorization')),
                ('created', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated', models.DateTimeField(auto_now=True, verbose_name='updated')),
                ('algorithm', models.CharField(blank=True, choices=[('', 'No OIDC support'), ('RS256', 'RSA with SHA-2 256'), ('HS256', 'HMAC with SHA-2 256')], default='', max_length=5, verbose_name='algorithm')),
                ('allowed_origins', models.TextField(blank=True, default='', help_text='Allowed origins list to enable CORS, space separated', verbose_name='allowed origins')),
                ('registration_source', models.CharField(choices=[('manual', 'Manual'), ('dcr', 'Dynamic Client Registration'), ('cimd', 'Client ID Metadata Document')], default='manual', help_text='How this application was registered (manual, DCR per RFC 7591, or CIMD)', max_length=32, verbose_name='registration source')),
                ('cimd_expires_at', models.DateTimeField(blank=True, default=None, help_text='When the cached Client ID Metadata Document should be re-fetched', null=True, verbose_name='CIMD expires at')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
            ],
            options={
                'verbose_name': 'sister application',
                'verbose_name_plural': 'sister applications',
                'ordering': ['name', 'id'],
            },
        ),
        migrations.CreateModel(
            name='UserProfile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='public id')),
                ('name', models.CharField(blank=True, default='', max_length=30, verbose_name='nickname')),
                ('birthday', models.DateField(blank=True, null=True, verbose_name='birthday')),
                ('gender', models.CharField(choices=[('male', 'male'), ('female', 'female')], default='female', max_length=6, verbose_name='gender')),
                ('mobile', models.CharField(blank=True, max_length=11, null=True, unique=True, verbose_name='mobile')),
                ('email', models.EmailField(blank=True, default='', max_length=100, verbose_name='e-mail')),
                ('verified_email', models.EmailField(blank=True, max_length=100, null=True, unique=True, verbose_name='verified e-mail')),
                ('avatar', models.ImageField(blank=True, default='', upload_to='avatars/', verbose_name='avatar')),
                ('is_deleted', models.BooleanField(default=False, verbose_name='deleted')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                ('roles', models.ManyToManyField(blank=True, related_name='users', to='users.role', verbose_name='roles')),
            ],
            options={
                'verbose_name': 'user',
                'verbose_name_plural': 'users',
                'ordering': ['-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(django.db.models.lookups.Exact(django.db.models.functions.text.Length('username'), 11), ('username__range', ('13000000000', '19999999999')), _negated=True), models.Q(('mobile__isnull', False), ('username', models.F('mobile'))), _connector='OR'), name='user_mobile_as_name_is_own', violation_error_message="A user name that reads as a mobile number must be one's own."), models.CheckConstraint(condition=models.Q(models.Q(('username__contains', '@'), _negated=True), models.Q(('username', models.F('verified_email')), ('verified_email__isnull', False)), _connector='OR'), name='user_email_as_name_is_own', violation_error_message="A user name that reads as an e-mail must be one's own, verified.")],
            },
            managers=[
                ('objects', apps.users.querysets.UserProfileManager()),
            ],
        ),
        migrations.CreateModel(
            name='DeletedUser',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('username', models.CharField(blank=True, default='', max_length=150, verbose_name='user name')),
                ('mobile', models.CharField(blank=True, default='', max_length=11, verbose_name='mobile')),
                ('verified_email', models.EmailField(blank=True, default='', max_length=100, verbose_name='verified e-mail')),
                ('name', models.CharField(blank=True, default='', max_length=30, verbose_name='nickname')),
                ('deleted_at', models.DateTimeField(auto_now_add=True, verbose_name='deleted at')),
                ('erased_at', models.DateTimeField(blank=True, null=True, verbose_name='erased at')),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='deletion', to=settings.AUTH_USER_MODEL, verbose_name='user')),
            ],
            options={
                'verbose_name': 'deleted user',
                'verbose_name_plural': 'deleted users',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='DeviceSession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='public id')),
                ('realm', models.CharField(choices=[('shop', 'shop'), ('staff', 'staff')], default='shop', max_length=5, verbose_name='realm')),
                ('user_agent', models.CharField(blank=True, default='', max_length=200, verbose_name='browser')),
                ('ip', models.GenericIPAddressField(blank=True, null=True, verbose_name='IP address')),
                ('last_ip', models.GenericIPAddressField(blank=True, null=True, verbose_name='IP address of the last use')),
                ('last_used_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='last used at')),
                ('refresh_count', models.PositiveIntegerField(blank=True, null=True, verbose_name='renewals')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('expires_at', models.DateTimeField(verbose_name='expires at')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended at')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='device_sessions', to=settings.AUTH_USER_MODEL, verbose_name='user')),
            ],
            options={
                'verbose_name': 'device session',
                'verbose_name_plural': 'device sessions',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='RoleGrant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('resource', models.CharField(max_length=100, verbose_name='resource')),
                ('mask', models.PositiveIntegerField(verbose_name='powers')),
                ('role', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='grants', to='users.role', verbose_name='role')),
            ],
            options={
                'verbose_name': 'power of a role',
                'verbose_name_plural': 'powers of roles',
                'ordering': ['role', 'resource'],
                'constraints': [models.UniqueConstraint(fields=('role', 'resource'), name='role_one_mask_per_resource'), models.CheckConstraint(condition=models.Q(('mask__gte', 1)), name='role_grant_grants')],
            },
        ),
        migrations.CreateModel(
            name='ScanLogin',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='public id')),
                ('secret_hash', models.CharField(max_length=64, verbose_name='hash of the secret')),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('scanned', 'scanned'), ('confirmed', 'confirmed'), ('refused', 'refused'), ('used', 'used')], default='waiting', max_length=10, verbose_name='state')),
                ('user_agent', models.CharField(blank=True, default='', max_length=200, verbose_name='browser')),
                ('ip', models.GenericIPAddressField(blank=True, null=True, verbose_name='IP address')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('expires_at', models.DateTimeField(db_index=True, verbose_name='expires at')),
                ('phone', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='scans', to='users.devicesession', verbose_name='phone')),
            ],
            options={
                'verbose_name': 'log-in by scanning',
                'verbose_name_plural': 'log-ins by scanning',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='SecondFactor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('secret', models.CharField(max_length=250, verbose_name='secret')),
                ('key_id', models.CharField(max_length=8, verbose_name='id of the key')),
                ('last_step', models.PositiveBigIntegerField(default=0, verbose_name='last step')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='confirmed at')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='second_factor', to=settings.AUTH_USER_MODEL, verbose_name='user')),
            ],
            options={
                'verbose_name': 'second factor',
                'verbose_name_plural': 'second factors',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='RecoveryCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code_hash', models.CharField(max_length=64, verbose_name='hash of the code')),
                ('used_at', models.DateTimeField(blank=True, null=True, verbose_name='used at')),
                ('factor', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recovery_codes', to='users.secondfactor', verbose_name='second factor')),
            ],
            options={
                'verbose_name': 'recovery code',
                'verbose_name_plural': 'recovery codes',
                'ordering': ['id'],
            },
        ),
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
        migrations.CreateModel(
            name='VerifyCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=100, verbose_name='mobile or e-mail')),
                ('purpose', models.CharField(choices=[('register', 'register'), ('login', 'log in'), ('reset', 'reset the password'), ('bind', 'prove a new address'), ('unbind', 'give an address up')], max_length=10, verbose_name='purpose')),
                ('code_hash', models.CharField(max_length=64, verbose_name='hash of the code')),
                ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='tries')),
                ('ip', models.GenericIPAddressField(blank=True, null=True, verbose_name='IP address')),
                ('expires_at', models.DateTimeField(verbose_name='expires at')),
                ('used_at', models.DateTimeField(blank=True, null=True, verbose_name='used at')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
            ],
            options={
                'verbose_name': 'verify code',
                'verbose_name_plural': 'verify codes',
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['address', 'purpose', '-id'], name='code_latest')],
            },
        ),
    ]
