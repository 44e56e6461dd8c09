"""The demo: as production, on any database, with sandbox payments, and without the wait for certificates."""

from mxshop.settings import variables as env
from mxshop.settings.base import *  # noqa: F403  a settings module is its base plus what differs
from mxshop.settings.base import PORT

DEBUG = False
ALLOWED_HOSTS = env.words("MXSHOP_ALLOWED_HOSTS", ["127.0.0.1", "localhost"])
SAMPLE_SHOP = True
CSRF_TRUSTED_ORIGINS = env.words("MXSHOP_CSRF_ORIGINS", [f"http://127.0.0.1:{PORT}"])
WHITENOISE_USE_FINDERS = True
