"""A developer's or a visitor's own machine: SQLite, in-process Redis, sandbox payments, DEBUG."""

from mxshop.settings import variables as env
from mxshop.settings.base import *  # noqa: F403  a settings module is its base plus what differs

DEBUG = True
ALLOWED_HOSTS = ["*"]
SAMPLE_SHOP = True
SOCIAL_SANDBOX = True
THROTTLE_SCALE = env.number("MXSHOP_THROTTLE_SCALE", default=1)
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
