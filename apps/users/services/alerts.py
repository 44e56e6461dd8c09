"""What owners are told when it changes who gets into their account, or how they are reached.

A notice in the shop says it, and so does a letter or an SMS to every address that was theirs before the change: whoever
did it without them may be looking at their notices, and has not got their phone and mailbox.
"""

from collections.abc import Mapping

from apps.notifications.services import notices, outbox
from apps.notifications.services.letters import Letter
from apps.users.models import UserProfile
from apps.users.services import allowances, wording

LETTER = "users.changed"
SMS = "changed"
# To one number in a day: each SMS costs, and whoever is in an account can cause as many as they like. The first tell
# its owner all the same.
SMS_A_DAY = 10

notices.word({change.value: words for change, words in wording.CHANGES.items()})


def tell_owner(*, user: UserProfile, change: wording.Change, facts: Mapping[str, str], reference: str = "") -> None:
    """Tell a user, who is as before the change, in the shop and at every proven address; joins the transaction."""
    notices.tell(user_id=user.pk, topic=change, params=facts, reference=reference)
    if user.verified_email:
        outbox.owe_letter(topic=LETTER, to=user.verified_email, facts={"change": change, **facts})
    if user.mobile and allowances.may_tell(mobile=user.mobile, kind=SMS, limit=SMS_A_DAY):
        outbox.owe_sms(kind=SMS, mobile=user.mobile, text=wording.sms_about_change())


def write_letter(to: str, facts: Mapping[str, str]) -> Letter:
    """Return the letter about a change (a writer of `notifications.letters`)."""
    return wording.letter_about_change(wording.Change(facts["change"]), facts)
