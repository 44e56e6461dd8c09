"""The outbox: write what is owed beside its cause, deliver it after the commit, again and again if need be."""

import logging
from collections.abc import Iterable, Mapping
from datetime import timedelta

import requests
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.common.exceptions import Conflict, ShopError
from apps.common.purging import delete_in_batches
from apps.common.tasks import enqueue, on_its_own
from apps.common.transactions import atomic_with_retry
from apps.notifications.models import OutboxMessage
from apps.notifications.services import letters, sms

logger = logging.getLogger(__name__)

# The pauses between Alipay's own notifications: eight calls in some 25 hours, then the message is given up.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (4, 10, 10, 60, 120, 360, 900))
# Seconds to connect and to answer.
TIMEOUT = (3.05, 10)
# So long a message belongs to whoever is delivering it; if that process dies, it is due again afterwards.
CLAIM = timedelta(minutes=1)
MAX_ANSWER_BYTES = 200
# So long a message that arrived can still be looked at, and one that was given up be sent again.
KEPT = timedelta(days=30)
KEPT_GIVEN_UP = timedelta(days=90)
MAILTO = "mailto:"
SMS = "sms:"


def owe(*, topic: str, url: str, payload: Mapping[str, str], expected_answer: str = "") -> OutboxMessage:
    """Promise a form post to a URL, in the caller's transaction; it is sent as soon as that is committed.

    The receiver must answer 200, and exactly `expected_answer` if one is given. It may get the call twice.
    """
    message = OutboxMessage.objects.create(
        topic=topic, url=url, payload=dict(payload), expected_answer=expected_answer, due_at=timezone.now()
    )
    enqueue("notifications.deliver", row_id=message.pk)
    return message


def owe_letter(*, topic: str, to: str, facts: Mapping[str, str]) -> OutboxMessage:
    """Promise a letter to an e-mail address, in the caller's transaction; it leaves as soon as that is committed.

    `facts` is kept as it is, and read by whoever writes letters of the topic: it must hold no secret. The address may
    get the letter twice. Raises KeyError for a topic that nobody writes: a mistake in our code.
    """
    if not letters.is_written(topic):
        raise KeyError(topic)
    message = OutboxMessage.objects.create(topic=topic, url=MAILTO + to, payload=dict(facts), due_at=timezone.now())
    enqueue("notifications.deliver", row_id=message.pk)
    return message


def owe_sms(*, kind: str, mobile: str, text: str) -> OutboxMessage | None:
    """Promise an SMS without a code, in the caller's transaction; it leaves as soon as that is committed.

    Nothing is promised where no provider has a text for its kind: None. The number may get it twice.
    """
    if not sms.can_tell(kind):
        return None
    message = OutboxMessage.objects.create(topic=kind, url=SMS + mobile, payload={"text": text}, due_at=timezone.now())
    enqueue("notifications.deliver", row_id=message.pk)
    return message


def deliver(*, message_id: int) -> bool:
    """Send a message that is due and tell whether it arrived; one that is not due, taken or gone is left alone.

    Must not be called inside a transaction: the call may take seconds, and no lock is held meanwhile.
    """
    message = OutboxMessage.objects.filter(pk=message_id).first()
    if message is None or not _claim(message):
        return False
    if error := _send(message):
        _put_off(message, error)
        return False
    _mine(message).update(status=OutboxMessage.Status.SENT, sent_at=timezone.now(), last_error="")
    return True


def deliver_due(*, head_start: timedelta = timedelta(0)) -> tuple[int, int]:
    """Send every message that is due; returns how many arrived and how many did not.

    A letter that was never tried is left so long to the process that promised it: where processes share no Redis, the
    link that a letter brings is good only in the one that writes it.
    """
    arrived, failed, now = 0, 0, timezone.now()
    fresh_letters = Q(url__startswith=MAILTO, attempts=0, created_at__gt=now - head_start)
    due = OutboxMessage.objects.filter(status=OutboxMessage.Status.DUE, due_at__lte=now).exclude(fresh_letters)
    for message_id in due.order_by("due_at").values_list("pk", flat=True):
        with on_its_own(f"message {message_id}"):
            if deliver(message_id=message_id):
                arrived += 1
            else:
                failed += 1
    return arrived, failed


@atomic_with_retry
def send_again(*, message: OutboxMessage) -> None:
    """Put a message that was given up back in line, with all its attempts; it is sent after the commit.

    Raises Conflict for one that was sent or is due, for instance because somebody else did this at the same moment.
    """
    given_up = OutboxMessage.objects.filter(pk=message.pk, status=OutboxMessage.Status.DEAD)
    if not given_up.update(status=OutboxMessage.Status.DUE, attempts=0, due_at=timezone.now()):
        raise Conflict(_("Only a message that was given up can be sent again."))
    enqueue("notifications.deliver", row_id=message.pk)


def forget_old() -> int:
    """Delete messages that arrived a month ago, or were given up three months ago, and return how many."""
    now, status = timezone.now(), OutboxMessage.Status
    sent = OutboxMessage.objects.filter(status=status.SENT, sent_at__lt=now - KEPT)
    given_up = OutboxMessage.objects.filter(status=status.DEAD, due_at__lt=now - KEPT_GIVEN_UP)
    return delete_in_batches(sent) + delete_in_batches(given_up)


def forget_receiver(*, addresses: Iterable[str]) -> None:
    """Delete letters and SMS to these e-mails and mobiles, sent and unsent, in the caller's transaction."""
    urls = [way + address for address in addresses for way in (MAILTO, SMS)]
    alike = OutboxMessage.objects.annotate(receiver=Lower("url")).filter(receiver__in=urls)
    # To the letter, but for case: MariaDB takes more letters for equal than a mail server does.
    theirs = [row for row, url in alike.values_list("pk", "url") if url.lower() in urls]
    OutboxMessage.objects.filter(pk__in=theirs).delete()


def _claim(message: OutboxMessage) -> bool:
    now = timezone.now()
    # The condition names the attempt that was read: of two deliverers one takes it.
    unchanged = OutboxMessage.objects.filter(
        pk=message.pk, status=OutboxMessage.Status.DUE, attempts=message.attempts, due_at__lte=now
    )
    return bool(unchanged.update(attempts=F("attempts") + 1, due_at=now + CLAIM))


def _send(message: OutboxMessage) -> str:
    """Send a message by the way that its address names, and return what was wrong; nothing if it arrived."""
    if message.url.startswith(MAILTO):
        return _mail(message)
    if message.url.startswith(SMS):
        return _text(message)
    return _post(message)


def _post(message: OutboxMessage) -> str:
    """Make the call and return what was wrong with it; nothing if it arrived."""
    with requests.Session() as session:
        session.trust_env = False  # a proxy of the environment is not for calls to the shop itself
        try:
            response = session.post(
                message.url, data=message.payload, timeout=TIMEOUT, allow_redirects=False, stream=True
            )
            answer = next(response.iter_content(MAX_ANSWER_BYTES), b"").decode("utf-8", "replace")
        except requests.RequestException as error:
            return f"{type(error).__name__}: {error}"
    if response.status_code != requests.codes.ok:
        return f"answered {response.status_code}: {answer!r}"
    if message.expected_answer and answer != message.expected_answer:
        return f"answered {answer!r} instead of {message.expected_answer!r}"
    return ""


def _mail(message: OutboxMessage) -> str:
    """Write and send a letter and return what was wrong with that; nothing if the mail server took it."""
    try:
        letters.send(topic=message.topic, to=message.url.removeprefix(MAILTO), facts=message.payload)
    except ShopError as error:  # the mail server's, or that of whoever writes
        return f"{error.type}: {error.detail}"
    return ""


def _text(message: OutboxMessage) -> str:
    """Send an SMS and return what was wrong with that; nothing if a provider took it."""
    mobile, text = message.url.removeprefix(SMS), message.payload["text"]
    try:
        sms.send_now(mobile=mobile, purpose=message.topic, text=text)
    except ShopError as error:
        return f"{error.type}: {error.detail}"
    return ""


def _put_off(message: OutboxMessage, error: str) -> None:
    logger.warning("%s: attempt %s failed: %s", message, message.attempts + 1, error)
    changes: dict[str, object] = {"last_error": error[:500]}
    if message.attempts < len(PAUSES):
        changes["due_at"] = timezone.now() + PAUSES[message.attempts]
    else:
        changes["status"] = OutboxMessage.Status.DEAD
    _mine(message).update(**changes)


def _mine(message: OutboxMessage) -> QuerySet[OutboxMessage]:
    """Return the message if it still belongs to this attempt: one that took too long must not undo a later one's."""
    return OutboxMessage.objects.filter(pk=message.pk, status=OutboxMessage.Status.DUE, attempts=message.attempts + 1)
