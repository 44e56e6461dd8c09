"""The shop with one route more, `/bare/orders/`: the same order by a bare Django view. Served by the bench.

All who order are at one address, so limits are counted as ever and let everybody pass.
"""

from mxshop.wsgi import application

# isort: split
# Only now, for no model can be imported before the application has set Django up.
from django.conf import settings

__all__ = ["application"]

settings.ROOT_URLCONF = "bench.bare_urls"
settings.THROTTLE_SCALE = 1_000_000
