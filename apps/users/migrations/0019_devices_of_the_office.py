from django.db import migrations, models
from django.utils import timezone
from django.utils.crypto import salted_hmac

# As Django makes what `UserProfile.password_fingerprints` returns.
SALT = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash"


def mark_running_sessions(apps, schema_editor):
    """Take it that what runs was opened with the password of today: a token of another one is refused all the same."""
    sessions = apps.get_model("users", "DeviceSession").objects.filter(ended_at=None, expires_at__gt=timezone.now())
    for user_id, password in sessions.order_by().values_list("user_id", "user__password").distinct().iterator():
        mark = salted_hmac(SALT, password, algorithm="sha256").hexdigest()
        sessions.filter(user_id=user_id).update(password_mark=mark)


class Migration(migrations.Migration):

    dependencies = [
        ("users", "0018_digits_of_a_mobile"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="userprofile",
            name="log_outs",
        ),
        migrations.AddField(
            model_name="devicesession",
            name="password_mark",
            field=models.CharField(default="", editable=False, max_length=64, verbose_name="mark of the password"),
        ),
        migrations.RunPython(mark_running_sessions, migrations.RunPython.noop, elidable=True),
    ]
