"""What notifications keep of a user: the notices in the shop."""

from collections.abc import Iterator

from apps.common.personal_data import Holding, Record, hold
from apps.notifications.models import Notice
from apps.notifications.services.notices import text_of


def _read(user_id: int) -> Iterator[Record]:
    for notice in Notice.objects.of(user_id):
        yield {"text": text_of(notice), "created_at": notice.created_at, "read_at": notice.read_at}


def _erase(user_id: int) -> None:
    Notice.objects.of(user_id).delete()


hold(Holding(name="notices", models=(Notice,), read=_read, erase=_erase))
