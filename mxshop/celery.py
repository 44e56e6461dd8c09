"""The workers' entrance: `celery -A mxshop.celery worker`, and `celery -A mxshop.celery beat` for the clock."""

import django
from django.conf import settings

from mxshop.environment import select_settings

select_settings()
django.setup(set_prefix=False)

if not settings.CELERY:
    raise SystemExit("Workers have nothing to do: set MXSHOP_TASKS=celery.")

from apps.common.broker import app, beat_schedule  # noqa: E402  its import needs the settings

app.conf.beat_schedule = beat_schedule()
# A worker waits for messages on its connection, as long as it takes.
app.conf.broker_transport_options = {
    name: value
    for name, value in app.conf.broker_transport_options.items()
    if name not in ("socket_timeout", "read_timeout", "write_timeout")
}
