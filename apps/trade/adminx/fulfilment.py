"""The actions that bring a paid order to its buyer, and the list of orders that wait for them."""

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from xadmin.filters import FILTER_PREFIX, BaseFilter
from xadmin.plugins.actions import ACTION_CHECKBOX_NAME
from xadmin_compat.actions import ServiceAction

from apps.trade.exceptions import NothingToShip
from apps.trade.models import Carrier, Order, OrderStatus
from apps.trade.services import fulfilment, pieces

LINE = "line_"


class Note(forms.Form):
    """What should be remembered of the move."""

    note = forms.CharField(label=_("note"), max_length=200, required=False)


class ParcelForm(forms.Form):
    """Who brings it, and under which number."""

    carrier = forms.ModelChoiceField(label=_("carrier"), queryset=Carrier.objects.filter(is_active=True))
    tracking_number = forms.RegexField(
        label=_("tracking number"),
        regex=r"\A[0-9A-Za-z-]{5,40}\Z",
        help_text=_("5 to 40 letters, digits and hyphens"),
    )


class ShipOrder(ServiceAction):
    """A parcel has left: of one order the pieces that are chosen, of several the whole rest of each."""

    action_name = "ship_order"
    description = _("Ship")
    icon = "fa fa-truck"
    right = "trade.change_order"
    form = ParcelForm

    @classmethod
    def fits(cls, row: Order) -> bool:
        return row.status in fulfilment.SHIPPABLE and bool(pieces.unshipped(row))

    @property
    def questions(self) -> type[forms.Form]:
        """The form; for one order it also asks how many pieces of each line, all that are left to begin with."""
        return type("ParcelOfOrder", (ParcelForm,), {LINE + str(pk): field for pk, field in self._pieces()})

    @property
    def _chosen(self) -> list[str]:
        return list(self.request.POST.getlist(ACTION_CHECKBOX_NAME))

    def _pieces(self) -> Iterable[tuple[int, forms.Field]]:
        chosen = self._chosen
        order = Order.objects.filter(pk=chosen[0]).first() if len(chosen) == 1 and chosen[0].isdigit() else None
        if order is None:
            return
        left = pieces.unshipped(order)
        for line in order.lines.all():
            # What was chosen is asked of the service also when it may not leave any more, so that it is refused.
            if line.pk in left or f"{LINE}{line.pk}" in self.request.POST:
                label = " ".join(filter(None, (line.goods_name, line.specification)))
                yield line.pk, forms.IntegerField(label=label, required=False, initial=left.get(line.pk), min_value=0)

    def act(self, row: Order, **answers: Any) -> None:
        parcel = {"carrier": answers["carrier"], "tracking_number": answers["tracking_number"]}
        if len(self._chosen) > 1:
            fulfilment.ship_order(order=row, actor_id=self.user.pk, **parcel)
            return
        asked = {int(name.removeprefix(LINE)): n for name, n in answers.items() if name.startswith(LINE)}
        wanted = {line_id: count for line_id, count in asked.items() if count}
        if asked and not wanted:
            raise NothingToShip(_("No pieces to ship were chosen."))
        fulfilment.ship_parcel(order=row, pieces=wanted, actor_id=self.user.pk, **parcel)


class ReceiveOrder(ServiceAction):
    """The parcels have arrived."""

    action_name = "receive_order"
    description = _("Mark as received")
    icon = "fa fa-home"
    right = "trade.change_order"
    form = Note

    @classmethod
    def fits(cls, row: Order) -> bool:
        return row.status == OrderStatus.SHIPPED

    def act(self, row: Order, **answers: Any) -> None:
        fulfilment.receive_order(order=row, actor_id=self.user.pk, **answers)


class FinishOrder(ServiceAction):
    """Nothing is left to do."""

    action_name = "finish_order"
    description = _("Mark as finished")
    icon = "fa fa-check"
    right = "trade.change_order"
    form = Note

    @classmethod
    def fits(cls, row: Order) -> bool:
        return row.status == OrderStatus.RECEIVED

    def act(self, row: Order, **answers: Any) -> None:
        fulfilment.finish_order(order=row, actor_id=self.user.pk, **answers)


class ToShip(BaseFilter):
    """Narrows the list to the orders of which pieces may leave now; those that somebody wants back are no such."""

    name = "to_ship"
    title = _("To be shipped")

    def __init__(self, request: Any, params: dict[str, Any], model: Any, admin_view: Any) -> None:
        super().__init__(request, params, model, admin_view)
        if params.pop(self.name, None):
            self.used_params[self.name] = "1"

    def has_output(self) -> bool:
        return True

    def choices(self) -> Iterator[dict[str, Any]]:
        parameter = FILTER_PREFIX + self.name
        yield {"display": _("All"), "selected": not self.is_used, "query_string": self.query_string({}, [parameter])}
        yield {"display": self.title, "selected": self.is_used, "query_string": self.query_string({parameter: "1"})}

    def get_context(self) -> dict[str, Any]:
        remove_url = self.query_string({}, [FILTER_PREFIX + self.name])
        return {**super().get_context(), "choices": list(self.choices()), "remove_url": remove_url}

    def do_filte(self, queryset: Any) -> Any:
        """Return the narrowed rows; the misspelt name is xadmin's."""
        return queryset.filter(pk__in=fulfilment.orders_to_ship().values("pk")) if self.is_used else queryset
