"""What the shop writes to phones and mailboxes of its users.

SMS are in the shop's own language, for providers approve texts word by word; letters are in that of whoever asked, and
in every language where that may not be their reader.
"""

from collections.abc import Mapping
from enum import StrEnum

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.notifications.services.letters import Letter
from apps.users.models import SocialBinding, VerifyCode

Purpose = VerifyCode.Purpose


class Change(StrEnum):
    """What changes who gets into an account, or how its owner is reached: the topics of notices about it."""

    OPENED = "account.opened"
    BOUND = "account.bound"
    UNBOUND = "account.unbound"
    MOBILE = "account.mobile"
    EMAIL = "account.email"
    NO_MOBILE = "account.no_mobile"
    NAME = "account.name"
    PASSWORD = "account.password"  # noqa: S105  a topic
    OWN_PASSWORD = "account.own_password"  # noqa: S105  a topic


# By kind: a purpose, or "registered" for who asks to register a number that has an account.
SMS = {
    Purpose.REGISTER: gettext_lazy("Your verification code is {code}, valid for 5 minutes. Tell it to nobody."),
    "registered": gettext_lazy(
        "This number already has an account, please log in with your password. "
        "Your verification code is {code}, valid for 5 minutes."
    ),
    Purpose.LOGIN: gettext_lazy("Your code to log in is {code}, valid for 5 minutes. Tell it to nobody."),
    Purpose.RESET: gettext_lazy("Your code to reset your password is {code}, valid for 5 minutes. Tell it to nobody."),
    Purpose.BIND: gettext_lazy("Your code to prove this number is {code}, valid for 5 minutes. Tell it to nobody."),
    Purpose.UNBIND: gettext_lazy(
        "Somebody wants to change how your account is reached. If it is you, the code is {code}, valid for 5 minutes. "
        "If not, tell it to nobody and change your password."
    ),
    Purpose.CONFIRM: gettext_lazy(
        "Somebody who is logged in to your account wants to do what only its owner may. If it is you, the code is "
        "{code}, valid for 5 minutes. If not, tell it to nobody and log out all devices."
    ),
}
# Those without a code.
SMS_ABOUT_CHANGE = gettext_lazy(
    "How your account is logged in to or reached has just been changed. If it was not you, change your password, "
    "log out all devices and tell us."
)
SMS_ABOUT_DEVICE = gettext_lazy(
    "Your account has just been logged in to on a new device. If it was not you, change your password and log out all "
    "devices."
)

LETTERS = {
    Purpose.LOGIN: (
        gettext_lazy("Your code to log in"),
        gettext_lazy("Your code to log in is {code}. It is valid for {minutes} minutes. Tell it to nobody."),
    ),
    Purpose.RESET: (
        gettext_lazy("Your code to reset your password"),
        gettext_lazy(
            "Your code to reset your password is {code}. It is valid for {minutes} minutes. Tell it to nobody. "
            "If you did not ask for it, you need not do anything."
        ),
    ),
    Purpose.BIND: (
        gettext_lazy("Your code to prove this e-mail"),
        gettext_lazy("The code that proves this e-mail is yours is {code}. It is valid for {minutes} minutes."),
    ),
    Purpose.UNBIND: (
        gettext_lazy("Your account is about to be reached in another way"),
        gettext_lazy(
            "Somebody wants to change how your account is reached. If it is you, the code is {code}, valid for "
            "{minutes} minutes. If not, tell it to nobody and change your password."
        ),
    ),
    Purpose.CONFIRM: (
        gettext_lazy("Please confirm that it is you"),
        gettext_lazy(
            "Somebody who is logged in to your account wants to do what only its owner may. If it is you, the code is "
            "{code}, valid for {minutes} minutes. If not, tell it to nobody and log out all devices."
        ),
    ),
}

# Of a notice, which keeps the facts and no sentence, and of a letter.
ON_A_NEW_DEVICE = gettext_lazy(
    "Somebody logged in to your account on a new device: %(agent)s, %(where)s. "
    "If it was not you, end that session and change your password."
)
CHANGES = {
    Change.OPENED: gettext_lazy(
        "Our staff have opened this account with the mobile %(address)s. Please set a password of your own. If you did "
        "not ask for it, tell us."
    ),
    Change.BOUND: gettext_lazy(
        "%(provider)s (%(name)s) now logs in to your account. If it was not you, unbind it, and log out all."
    ),
    Change.UNBOUND: gettext_lazy(
        "%(provider)s (%(name)s) does not log in to your account any more. If it was not you, change your password, "
        "and log out all."
    ),
    Change.MOBILE: gettext_lazy(
        "Your account is reached by the mobile %(address)s from now on. If it was not you, change your password, log "
        "out all, and tell us."
    ),
    Change.EMAIL: gettext_lazy(
        "Your account is reached by the e-mail %(address)s from now on. If it was not you, change your password, log "
        "out all, and tell us."
    ),
    Change.NO_MOBILE: gettext_lazy(
        "Your account is not reached by your mobile any more. If you did not ask for it, please tell us."
    ),
    Change.NAME: gettext_lazy(
        "The user name of your account is %(username)s from now on. If it was not you, change your password, log out "
        "all, and tell us."
    ),
    Change.PASSWORD: gettext_lazy(
        "Our staff have set another password for your account, and logged you out everywhere. If you did not ask for "
        "it, set one of your own and tell us."
    ),
    Change.OWN_PASSWORD: gettext_lazy(
        "The password of your account is another one from now on, and other devices are logged out. If it was not you, "
        "set a new one by a verification code, and tell us."
    ),
}


def sms_with_code(kind: str, code: str) -> str:
    """Return the SMS of a kind."""
    with translation.override(settings.LANGUAGE_CODE):
        return str(SMS[kind]).format(code=code)


def sms_about_change() -> str:
    """Return the SMS about a change of who gets into an account; it is the same one for each."""
    with translation.override(settings.LANGUAGE_CODE):
        return str(SMS_ABOUT_CHANGE)


def sms_about_device() -> str:
    """Return the SMS about a log-in on a new device."""
    with translation.override(settings.LANGUAGE_CODE):
        return str(SMS_ABOUT_DEVICE)


def letter_with_code(purpose: Purpose, code: str, *, minutes: int, language: str) -> Letter:
    """Return the letter that carries a code."""
    subject, text = LETTERS[purpose]
    with translation.override(language):
        return _letter(str(subject), str(text).format(code=code, minutes=minutes))


def letter_about_device(*, agent: str, where: str) -> Letter:
    """Return the letter about a log-in on a new device."""
    with translation.override(settings.LANGUAGE_CODE):
        return _letter(_("A log-in on a new device"), str(ON_A_NEW_DEVICE) % {"agent": agent, "where": where})


def letter_about_change(change: Change, facts: Mapping[str, str]) -> Letter:
    """Return the letter about a change, in every language of the shop: whoever made it may not be who reads it."""
    texts = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            texts.append(str(CHANGES[change]) % _told(facts))
    with translation.override(settings.LANGUAGE_CODE):
        return _letter(_("Your account was changed"), "\n\n".join(texts))


def _told(facts: Mapping[str, str]) -> dict[str, str]:
    """Return the facts with the third party called by its name."""
    names = {"provider": str(SocialBinding.Provider(facts["provider"]).label)} if "provider" in facts else {}
    return {**facts, **names}


def masked(address: str) -> str:
    """Return so much of a mobile or an e-mail as its owner knows it by."""
    name, at, domain = address.partition("@")
    return f"{name[:1]}***{at}{domain}" if at else f"{address[:3]}****{address[-4:]}"


def letter_with_link(link: str, *, hours: int, language: str) -> Letter:
    """Return the letter that activates an e-mail."""
    with translation.override(language):
        text = _(
            "To confirm that this e-mail is yours, open this page and enter the password of your account:\n\n"
            "{link}\n\n"
            "The link works once, within {hours} hours, and takes the place of older ones. If you did not ask for it, "
            "you need not do anything."
        ).format(link=link, hours=hours)
        return _letter(_("Please confirm your e-mail"), text)


def letter_to_registered(*, language: str) -> Letter:
    """Return the letter to whoever registers with an e-mail that has an account already."""
    with translation.override(language):
        text = _(
            "Somebody wanted to register with this e-mail, but it has an account already. If it was you, please log "
            "in; if you have forgotten your password, reset it. If not, you need not do anything."
        )
        return _letter(_("You already have an account"), text)


def letter_to_unknown(*, language: str) -> Letter:
    """Return the letter to whoever wants another link and has not registered."""
    with translation.override(language):
        text = _(
            "Somebody asked for a link to activate this e-mail, but nobody has registered with it. If it was you, "
            "please register first. If not, you need not do anything."
        )
        return _letter(_("There is nothing to activate"), text)


def _letter(subject: str, text: str) -> Letter:
    return Letter(subject=f"【{settings.SMS_SIGNATURE}】{subject}", text=text + "\n")
