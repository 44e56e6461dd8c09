"""`manage.py load_carriers`."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.trade.services.carriers import CARRIERS, load_carriers


class Command(BaseCommand):
    """Give a new shop the carriers that staff choose from when they ship."""

    help = (
        "Make the main carriers of China, with the codes by which Kuaidi100 is asked about parcels. What the shop "
        "has stays as staff have it; safe to run twice. Others are added, and these switched off, in xadmin."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        made = load_carriers()
        for carrier in made:
            self.stdout.write(f"{carrier.code}  {carrier.name}")
        self.stdout.write(f"{len(made)} carriers made, {len(CARRIERS) - len(made)} were there already")
