"""Messages to the shop and what is attached to them."""

from typing import IO

from django.utils.translation import gettext_lazy as _

from apps.common.exceptions import InvalidInput
from apps.common.tasks import after_commit
from apps.common.transactions import atomic_with_retry
from apps.user_operation.models import Message
from apps.user_operation.services.attachments import clean_attachment


def write_message(
    *, user_id: int, kind: int = Message.Kind.COMMENT, subject: str = "", body: str = "", file: IO[bytes] | None = None
) -> Message:
    """Keep a user's message; the file, if any, is checked by its content and gets a name nobody can guess.

    Raises InvalidInput for a message that says nothing and for a file that is not taken; nothing is kept then.
    """
    if not (subject or body or file):
        raise InvalidInput(fields={"message": [_("Please write something.")]})
    attachment = clean_attachment(file=file) if file else ""
    return Message.objects.create(user_id=user_id, kind=kind, subject=subject, body=body, file=attachment)


@atomic_with_retry
def delete_message(*, message: Message) -> None:
    """Delete the message, and its file once that is certain."""
    storage, name = message.file.storage, message.file.name
    message.delete()
    if name:
        after_commit(lambda: storage.delete(name))
