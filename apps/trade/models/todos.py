"""What waits for somebody of the staff to look at it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.common.actors import actor_column


class ToDo(models.Model):
    """Something that does not fit, and about which staff decide once; `services.todos` settles it.

    It is `resolved` when they did something about it or noted what they found, `gone` when it came right by itself.
    """

    class State(models.TextChoices):
        """What became of it."""

        OPEN = "open", _("to be settled")
        RESOLVED = "resolved", _("settled")
        GONE = "gone", _("found no more")

    state = models.CharField(_("status"), max_length=8, choices=State.choices, default=State.OPEN)
    note = models.CharField(_("note"), max_length=200, blank=True, default="")
    actor = actor_column()
    resolved_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        abstract = True
