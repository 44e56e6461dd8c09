"""A sample sister application beside the shop."""

from argparse import ArgumentParser
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.common.addresses import absolute_url
from apps.users.models import SisterApp
from apps.users.services import sisters
from mxshop.sample.sister import SisterApplication

HOST = "127.0.0.1"
NAME = "姐妹应用示例 · Sample sister application"


class Command(BaseCommand):
    """What a new user runs beside `make run` to log in to another application with the shop's account."""

    help = (
        "Serve a sample sister application that logs its visitors in with their accounts of the shop, which must be "
        "running. It is registered at the first start, and gets a new secret at each. Refused where there is no "
        "sample shop."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8100, help="where to listen (default: 8100)")
        parser.add_argument("--shop", default=absolute_url(""), help="where the shop is (default: at PORT, or 8000)")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.SAMPLE_SHOP:
            raise CommandError("a sample application is registered by itself: this is no place for it")
        address = f"http://{HOST}:{options['port']}"
        application = registered(shop=options["shop"], address=address)
        try:
            server = make_server(HOST, options["port"], application, server_class=Server, handler_class=Quiet)
        except OSError as error:
            raise CommandError(f"port {options['port']} cannot be used ({error}); choose another: --port") from error
        self.stdout.write(f"\n  Sister application   {address}/\n  Client id            {application.client_id}")
        self.stdout.write("\n  Log in there with an account of the shop. Stop with Ctrl-C.\n")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            self.stdout.write("\n  Stopped; the registration stays.")
        finally:
            server.server_close()


def registered(*, shop: str, address: str) -> SisterApplication:
    """Return the application, known to the shop at this address, with a secret that nobody else has seen."""
    back = f"{address}/callback"
    app = SisterApp.objects.filter(name=NAME, redirect_uris=back).first()
    if app is None:
        new = sisters.register_app(app=SisterApp(name=NAME, redirect_uris=back))
        app, secret = new.app, new.secret
    else:
        secret = sisters.renew_secret(app=app)
    return SisterApplication(shop=shop, client_id=app.client_id, secret=secret, address=address)


class Server(ThreadingMixIn, WSGIServer):
    """One thread for each visitor."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    """Writes no line for each request: some addresses hold a code."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  as its base names it
        return
