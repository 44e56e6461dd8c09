"""The demo: as production, on any database, with sandbox payments, and without the wait for certificates."""

from mxshop.settings.base import *  # noqa: F403  a settings module is its base plus what differs
from mxshop.settings.base import PORT, env

DEBUG = False
ALLOWED_HOSTS = env.list("MXSHOP_ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
SAMPLE_SHOP = True
CSRF_TRUSTED_ORIGINS = env.list("MXSHOP_CSRF_ORIGINS", default=[f"http://127.0.0.1:{PORT}"])
WHITENOISE_USE_FINDERS = True
