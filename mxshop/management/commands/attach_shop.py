"""Attach a built Vue shop, or take it away."""

import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from mxshop.bundles import remove_api_host


class Command(BaseCommand):
    """Copy a bundle to `static/shop/`, where `/` finds it, and point it at this server."""

    help = (
        "Copy a built Vue shop (a folder with index.entry.js and its assets) to static/shop/ and make it call this "
        "server instead of the host it was built for. Attaching again replaces the shop that was there; --remove takes "
        "it away, and / shows this shop's own page."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("bundle", type=Path, nargs="?", metavar="DIR", help="the folder that holds index.entry.js")
        parser.add_argument("--remove", action="store_true", help="take the attached shop away")
        parser.add_argument("--keep-host", action="store_true", help="leave the API host in the bundle as it is")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["remove"] == bool(options["bundle"]):
            raise CommandError("name the folder of a built shop, or --remove; nothing was changed")
        if options["remove"]:
            self._remove()
        else:
            self._attach(options["bundle"], keep_host=options["keep_host"])

    def _remove(self) -> None:
        removed = clear(settings.SHOP_DIR)
        self.stdout.write(f"{removed} files removed." if removed else "No shop is attached.")
        if removed and not settings.DEBUG:
            self.stdout.write("Run `manage.py collectstatic --clear` and restart the servers to see it.")

    def _attach(self, bundle: Path, *, keep_host: bool) -> None:
        if not (bundle / settings.SHOP_ENTRY).is_file():
            raise CommandError(f"{bundle} holds no {settings.SHOP_ENTRY}; nothing was changed")
        if settings.SHOP_DIR.resolve() in (bundle.resolve(), *bundle.resolve().parents):
            raise CommandError(f"{bundle} is where shops are attached to; name the folder it was built in")
        copied = replace_shop(bundle, settings.SHOP_DIR)
        hosts = 0 if keep_host else point_at_this_server(settings.SHOP_DIR)
        self.stdout.write(f"{copied} files attached; API host replaced in {hosts} places.")
        if not hosts and not keep_host:
            self.stdout.write("No API host stood in the bundle: it already calls the server it comes from.")
        if not settings.DEBUG:
            self.stdout.write("Run `manage.py collectstatic` and restart the servers to see it.")


def replace_shop(bundle: Path, target: Path) -> int:
    """Copy the bundle in the place of the one before; return the number of files."""
    clear(target)
    shutil.copytree(bundle, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.map", ".*"))
    return number_of_files(target)


def clear(target: Path) -> int:
    """Empty the folder of the attached shop, which itself stays; return how many files there were."""
    files = number_of_files(target)
    for old in target.iterdir():
        if old.name != ".gitkeep":
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    return files


def number_of_files(shop: Path) -> int:
    """Count what belongs to an attached shop."""
    return sum(path.is_file() and path.name != ".gitkeep" for path in shop.rglob("*"))


def point_at_this_server(shop: Path) -> int:
    """Remove the API host from every script of the shop; return how many literals were replaced."""
    replaced = 0
    for script in shop.rglob("*.js"):
        rewritten = remove_api_host(script.read_text(encoding="utf-8"))
        if rewritten.replaced:
            script.write_text(rewritten.text, encoding="utf-8")
            replaced += rewritten.replaced
    return replaced
