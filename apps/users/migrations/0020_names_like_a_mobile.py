"""Rename who is called by a mobile in digits of another script, and who has an e-mail's name in other letters.

MariaDB took such a name for the number itself: nobody could register it, nor log in by it. Its bearer logs in by mobile,
e-mail or third party, and chooses another name.
"""

import re
import unicodedata

from django.db import migrations
from django.db.models import F

MOBILE = re.compile(r"1[3-9][0-9]{9}")


def rename(apps, schema_editor):
    users = apps.get_model("users", "UserProfile").objects
    for user in users.only("username", "verified_email", "public_id").order_by("pk").iterator():
        if not user.username.isascii() and MOBILE.fullmatch(_digits_of(user.username)):
            users.filter(pk=user.pk).update(username=f"user-{user.public_id.hex}")
        elif "@" in user.username and user.username != user.verified_email:
            users.filter(pk=user.pk).update(username=F("verified_email"))


def _digits_of(name):
    values = (unicodedata.digit(letter, None) for letter in name)
    return "".join(str(value) for value in values if value is not None)


class Migration(migrations.Migration):

    dependencies = [
        ('users', '0019_devices_of_the_office'),
    ]

    operations = [
        migrations.RunPython(rename, migrations.RunPython.noop, elidable=True),
    ]
