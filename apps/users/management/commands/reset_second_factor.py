"""Take the second factor from a member of staff who lost it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.users.models import UserProfile
from apps.users.services.second_factors import reset_second_factor


class Command(BaseCommand):
    """For the superuser who lost app and recovery codes; others are helped in xadmin."""

    help = (
        "Take the second factor, and its recovery codes, from a member of staff who lost it. They set up another one "
        "in the back office, with the code that `second_factor_code` prints."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="the user name, as it is written")

    def handle(self, *args: Any, **options: Any) -> None:
        user = UserProfile.objects.filter(username=options["username"]).first()
        if user is None or user.username != options["username"]:
            raise CommandError(f"nobody is called {options['username']!r}")
        if not reset_second_factor(user=user):
            raise CommandError(f"{user.username} has no second factor")
        self.stdout.write(
            f"the second factor of {user.username} is gone; second_factor_code lets them set up another one"
        )
