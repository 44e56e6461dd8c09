"""The WSGI application, for granian and any other server."""

import django

from mxshop.environment import select_settings

select_settings()
django.setup(set_prefix=False)

from apps.common.handlers import Utf8Handler  # noqa: E402  its imports need the settings

application = Utf8Handler()
