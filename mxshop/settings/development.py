"""A developer's or a visitor's own machine: SQLite, in-process Redis, sandbox payments, DEBUG."""

from urllib.parse import urlsplit

from mxshop.settings import variables as env
from mxshop.settings.base import *  # noqa: F403  a settings module is its base plus what differs
from mxshop.settings.base import ALLOWED_HOSTS, MXSHOP_PUBLIC_URL, OAUTH2_PROVIDER

DEBUG = True
# This machine's names for itself, which no other site can take, and what it is called in the network.
ALLOWED_HOSTS = [".localhost", "127.0.0.1", "[::1]", *ALLOWED_HOSTS]
if MXSHOP_PUBLIC_URL:
    ALLOWED_HOSTS.append(str(urlsplit(MXSHOP_PUBLIC_URL).hostname))
SAMPLE_SHOP = True
THIRD_PARTY_SANDBOX = True
# A sister application on this machine has no certificate.
OAUTH2_PROVIDER = {**OAUTH2_PROVIDER, "ALLOWED_REDIRECT_URI_SCHEMES": ["https", "http"]}
THROTTLE_SCALE = env.number("MXSHOP_THROTTLE_SCALE", default=1)
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
