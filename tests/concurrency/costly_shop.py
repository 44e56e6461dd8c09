"""The shop with passwords that cost what they do in life. Served by tests of how long a refusal takes."""

from mxshop.wsgi import application

# isort: split
from django.conf import settings
from django.contrib.auth.hashers import get_hashers, get_hashers_by_algorithm

from mxshop.settings.users import PASSWORD_HASHERS

__all__ = ["application"]

settings.PASSWORD_HASHERS = PASSWORD_HASHERS
for kept in (get_hashers, get_hashers_by_algorithm):
    kept.cache_clear()
