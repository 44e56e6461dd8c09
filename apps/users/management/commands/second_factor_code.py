"""Hand out the code with which a member of staff sets up a second factor."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.users.exceptions import NoEnrolment
from apps.users.models import UserProfile
from apps.users.services.second_factors import hand_out_enrolment


class Command(BaseCommand):
    """For the first superuser; others are handed theirs by a superuser, from the list of users in xadmin."""

    help = (
        "Print, this once, the code with which a member of staff sets up a second factor in the back office. It is "
        "good once, within eight hours; one that was printed before is void."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="the user name, as it is written")

    def handle(self, *args: Any, **options: Any) -> None:
        user = UserProfile.objects.filter(username=options["username"]).first()
        if user is None or user.username != options["username"]:
            raise CommandError(f"nobody is called {options['username']!r}")
        try:
            self.stdout.write(hand_out_enrolment(user=user))
        except NoEnrolment as refusal:
            raise CommandError(f"{user.username} gets no code: {refusal.detail}") from refusal
