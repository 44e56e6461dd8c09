"""The test suite: like development, but quiet, and with every path below a folder of its own."""

import os
from datetime import timedelta

from mxshop.settings import variables as env
from mxshop.settings.base import *  # noqa: F403  a settings module is its base plus what differs
from mxshop.settings.base import BROKER_URL, LOGGING, OAUTH2_PROVIDER, REDIS_URL, TASKS, VAR_DIR
from mxshop.settings.databases import broker_from, caches_from

ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
SAMPLE_SHOP = True
THIRD_PARTY_SANDBOX = True
# The suite signs in hundreds of times: the cheapest parameters, of the same algorithm.
PASSWORD_HASHERS = ["apps.users.hashers.CheapArgon2Hasher"]
# Sister applications of tests have no certificates.
OAUTH2_PROVIDER = {**OAUTH2_PROVIDER, "ALLOWED_REDIRECT_URI_SCHEMES": ["https", "http"]}
# Tests that are about throttles set the scale to 1 themselves.
THROTTLE_SCALE = env.number("MXSHOP_THROTTLE_SCALE", default=1000)
# Tests that are about the grace of late payments give one.
ORDER_GRACE = timedelta(0)
MEDIA_ROOT = env.folder("MXSHOP_MEDIA_ROOT", VAR_DIR / "test-media", apart_from=VAR_DIR)
SMS_OUTBOX_FILE = VAR_DIR / "test-outbox" / "sms.jsonl"
MAIL_OUTBOX_FILE = VAR_DIR / "test-outbox" / "mail.jsonl"
SANDBOX_DIR = VAR_DIR / "test-sandbox"
# Workers that test side by side share one Redis, and none may count the others' requests.
REDIS_PREFIX = f"mxshop-test-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
CACHES = caches_from(REDIS_URL, prefix=REDIS_PREFIX)
CELERY = broker_from(BROKER_URL, prefix=REDIS_PREFIX, var=VAR_DIR) if TASKS == "celery" else {}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
LOGGING = {**LOGGING, "root": {"handlers": ["console"], "level": "WARNING"}}
