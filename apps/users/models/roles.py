"""Roles of staff: which powers they give over which resources, and how high they stand."""

from collections.abc import Iterator, Mapping
from functools import cached_property

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _

from apps.common.permissions import Power
from apps.users.querysets import RoleGrantQuerySet

# Each power in Django's own words for its permissions, and so in xadmin's.
VERBS: Mapping[Power, str] = {
    Power.READ: "view",
    Power.WRITE: "add",
    Power.MODIFY: "change",
    Power.DELETE: "delete",
}


class Role(models.Model):
    """A job in the shop, such as the warehouse. Who has several roles may do what any of them allows.

    `level` says how high a role stands among the staff; a few things take a level beside a power.
    """

    name = models.CharField(_("name"), max_length=30, unique=True)
    level = models.PositiveSmallIntegerField(
        _("staff level"),
        default=0,
        help_text=_("What cannot be undone takes a high level; 0 is enough for everyday work."),
    )
    note = models.CharField(_("note"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering = ["-level", "name"]

    def __str__(self) -> str:
        return self.name


class RoleGrant(models.Model):
    """What a role may do to one resource: the sum of the powers of two of `common.permissions.Power`."""

    role = models.ForeignKey(Role, verbose_name=_("role"), on_delete=models.CASCADE, related_name="grants")
    resource = models.CharField(_("resource"), max_length=100)
    mask = models.PositiveIntegerField(_("powers"))

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("power of a role")
        verbose_name_plural = _("powers of roles")
        ordering = ["role", "resource"]
        constraints = [
            models.UniqueConstraint(fields=["role", "resource"], name="role_one_mask_per_resource"),
            models.CheckConstraint(condition=Q(mask__gte=1), name="role_grant_grants"),
        ]

    def __str__(self) -> str:
        return f"{self.resource}: {self.mask}"


class RoleHolder(AbstractUser):
    """Django's user, who may have roles, and answers what they allow."""

    roles = models.ManyToManyField(Role, verbose_name=_("roles"), blank=True, related_name="users")

    class Meta:
        abstract = True

    def may(self, resource: str, power: Power, *, level: int = 0) -> bool:
        """Tell whether the user is staff, has every power of the mask over the resource, and stands high enough.

        It is what xadmin asks as well: Django's permissions, which roles, groups and the account itself may give.
        """
        return self.is_staff and self.reaches(level) and all(self._has(resource, each) for each in Power(power))

    def reaches(self, level: int) -> bool:
        """Tell whether the highest of the user's roles has at least this level; a superuser stands above all."""
        return level == 0 or self.is_superuser or self.level >= level

    @cached_property
    def level(self) -> int:
        """The level of the user's highest role, asked of the database once."""
        highest: int | None = self.roles.aggregate(highest=Max("level"))["highest"]
        return highest or 0

    def _has(self, resource: str, power: Power) -> bool:
        names = [permission(resource, power)]
        if power == Power.READ:
            names.append(permission(resource, Power.MODIFY))
        return any(self.has_perm(name) for name in names)


def permission(resource: str, power: Power) -> str:
    """Return the name that Django has for a power: `trade.change_order`."""
    app, _dot, model = resource.partition(".")
    return f"{app}.{VERBS[power]}_{model}"


def permissions_in(resource: str, mask: int) -> Iterator[str]:
    """Yield Django's names for the powers in a mask; bits that mean nothing today give nothing."""
    return (permission(resource, power) for power in VERBS if mask & power)
