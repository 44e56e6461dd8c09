"""Rename who is called by a mobile in digits of another script, and who has an e-mail's name in other letters.

MariaDB took such a name for the number itself: nobody could register it, nor log in by it. Its bearer logs in by mobile,
e-mail or third party, and chooses another name. A name with a number and other letters, such as `小明13812345678`, stays.
"""

import re
import unicodedata

from django.db import migrations
from django.db.models import F

MOBILE = re.compile(r"1[3-9][0-9]{9}")
UNSEEN = {"Cf", "Mn", "Me"}  # as a zero-width space, an accent that combines, a ring around a letter


def rename(apps, schema_editor):
    users = apps.get_model("users", "UserProfile").objects
    for user in users.only("username", "verified_email", "public_id").order_by("pk").iterator():
        if not user.username.isascii() and MOBILE.fullmatch(_digits_of(user.username)):
            users.filter(pk=user.pk).update(username=f"user-{user.public_id.hex}")
        elif "@" in user.username and user.username != user.verified_email:
            users.filter(pk=user.pk).update(username=F("verified_email"))


def _digits_of(name):
    """Return the name in our digits, with an `x` for what is none, and without signs that MariaDB does not see."""
    seen = (letter for letter in name if unicodedata.category(letter) not in UNSEEN)
    return "".join(str(unicodedata.digit(letter, "x")) for letter in seen)


class Migration(migrations.Migration):

    dependencies = [
        ('users', '0019_devices_of_the_office'),
    ]

    operations = [
        migrations.RunPython(rename, migrations.RunPython.noop, elidable=True),
    ]
