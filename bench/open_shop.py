"""The shop with limits that are counted as ever and let everybody pass. Served by the bench of log-ins."""

from mxshop.wsgi import application

# isort: split
# Only now, for no model can be imported before the application has set Django up.
from django.conf import settings

__all__ = ["application"]

settings.THROTTLE_SCALE = 1_000_000
