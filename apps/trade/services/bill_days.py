"""Days as the gateways' bills have them, which is in China, wherever the shop and its staff are."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from apps.common.clock import BEIJING

# WeChat Pay draws its bills up until then; Alipay's are there earlier.
BILLS_ARE_READY = time(10, 30)


def day_of(moment: datetime) -> date:
    """Return the day to which a moment belongs."""
    return moment.astimezone(BEIJING).date()


def span_of(day: date) -> tuple[datetime, datetime]:
    """Return the beginning and the end of a day."""
    begin = datetime.combine(day, time(), tzinfo=BEIJING)
    return begin, begin + timedelta(days=1)


def today() -> date:
    """Return the day that is under way."""
    return day_of(timezone.now())


def yesterday() -> date:
    """Return the last day that is over."""
    return today() - timedelta(days=1)


def last_day_with_bills() -> date:
    """Return the last day whose bills the gateways have drawn up by now."""
    is_early = timezone.now().astimezone(BEIJING).time() < BILLS_ARE_READY
    return yesterday() - timedelta(days=1) if is_early else yesterday()


def days_between(first: date, last: date) -> list[date]:
    """Return all days from the first to the last, both among them."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
