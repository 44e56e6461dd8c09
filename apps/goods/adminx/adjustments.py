"""The action that adjusts stock, the only way to move it by hand."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from xadmin_compat.actions import ServiceAction

from apps.common.exceptions import InvalidInput, ShopError
from apps.goods.exceptions import AdjustmentRefused
from apps.goods.models import Sku
from apps.goods.services import stock


class Adjustment(forms.Form):
    """By how much, and why."""

    delta = forms.IntegerField(
        label=_("change"),
        min_value=-stock.MAX_PIECES,
        max_value=stock.MAX_PIECES,
        help_text=_("For each SKU: 5 adds, -5 takes away."),
    )
    note = forms.CharField(label=_("reason"), max_length=200)


class AdjustStock(ServiceAction):
    """Moves the stock of all chosen SKUs by a number of pieces, or of none when one has too few.

    The right is the one to add rows to the ledger, which no page offers: whoever counts the stock need not be the
    one who sets prices.
    """

    action_name = "adjust_stock"
    description = _("Adjust stock")
    icon = "fa fa-exchange"
    right = "goods.add_stockmovement"
    form = Adjustment

    def name(self, row: Sku) -> str:
        return f"{full_name(row)} ({_('stock')}: {row.stock})"

    def do_action(self, queryset: Any) -> Any:
        """Ask again when the service refuses, and say of which SKUs there are too few."""
        chosen = queryset.select_related("goods")
        try:
            return super().do_action(chosen)
        except (AdjustmentRefused, InvalidInput) as refusal:
            form, rows = self.questions(self.request.POST), list(chosen)
            for field, message in _complaints(refusal, rows):
                form.add_error(field, message)
            return self.page(form, rows)

    def act_on_all(self, rows: list[Sku], answers: dict[str, Any]) -> None:
        if self.do_once("all", partial(self.adjust, rows, answers)):
            self.say_done(len(rows))
        else:
            self.say_repeated()

    def adjust(self, rows: list[Sku], answers: dict[str, Any]) -> None:
        stock.adjust_all(sku_ids=[row.pk for row in rows], actor_id=self.user.pk, **answers)
        for row in rows:
            self.log("change", self.told, row)


def _complaints(refusal: ShopError, rows: list[Sku]) -> Iterator[tuple[str | None, str]]:
    """Yield what is wrong with which of the answers (None: with the SKUs)."""
    for field, messages in refusal.fields.items():
        yield from ((field, str(message)) for message in messages)
    left = refusal.members.get("available", {})
    for sku in rows:
        if sku.pk in left:
            said = gettext("%(sku)s: only %(available)s left.")
            yield None, said % {"sku": full_name(sku), "available": left[sku.pk]}


def full_name(sku: Sku) -> str:
    """Return the name of the goods, and which of its SKUs it is."""
    return " ".join(filter(None, [sku.goods.name, sku.specification_text, sku.code]))
