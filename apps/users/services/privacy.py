"""A user's right to what the shop knows of them: to have it, and to have it erased, of whichever app keeps it.

What this app keeps itself, it registers in `personal_data`, as every app does.
"""

import json
import logging
import shutil
from pathlib import PurePosixPath
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models.fields.files import FieldFile

from apps.common.personal_data import holdings
from apps.common.transactions import atomic_with_retry
from apps.users.exceptions import StaffAccount
from apps.users.models import UserProfile

logger = logging.getLogger(__name__)

IN_MEMORY = 1024 * 1024  # bytes of a copy; what is larger waits on disk to be sent


def export_data(*, user: UserProfile) -> IO[bytes]:
    """Return a zip of everything that the shop knows of the user: a JSON list for each kind of it, and the files."""
    target = cast("IO[bytes]", SpooledTemporaryFile(max_size=IN_MEMORY))  # noqa: SIM115  the caller reads it
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for holding in holdings():
            files: list[FieldFile] = []
            records = list(holding.read(user.pk))
            archive.writestr(f"{holding.name}.json", _to_json(records, files))
            for file in files:
                _add_file(archive, file)
    target.seek(0)
    return target


@atomic_with_retry
def erase_user(*, user: UserProfile) -> None:
    """Erase what names or describes the user, everywhere and for good; what the law wants kept is cut down.

    Raises StaffAccount for staff, and Conflict where an app still needs the user, as for an order under way; then
    nothing is erased.
    """
    user.lock()
    if user.is_staff or user.is_superuser:
        raise StaffAccount
    for holding in holdings():
        holding.erase(user.pk)
    logger.info("user %s was erased", user.public_id)


def _to_json(records: list[Any], files: list[FieldFile]) -> str:
    """Print the records; a file becomes its name in the zip, and is remembered."""

    class Encoder(DjangoJSONEncoder):
        def default(self, o: Any) -> Any:
            if not isinstance(o, FieldFile):
                return super().default(o)
            if o:
                files.append(o)
            return _name_in_zip(o) if o else None

    return json.dumps(records, cls=Encoder, ensure_ascii=False, indent=1)


def _add_file(archive: ZipFile, file: FieldFile) -> None:
    if not file.storage.exists(str(file.name)):
        return  # lost by whoever moved the uploads; the record still names it
    with file.storage.open(str(file.name)) as source, archive.open(_name_in_zip(file), "w") as entry:
        shutil.copyfileobj(source, entry)


def _name_in_zip(file: FieldFile) -> str:
    return str(PurePosixPath("files", str(file.name)))
