"""Who may do what, on every model, by every way in.

A test is one account at one model. It asks for everything that the pages know. What the account has no right to must
be refused and change nothing; what it has a right to must work. Nothing may be an error of the server.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import xadmin
from django.contrib.auth.models import Permission
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from xadmin.models import Bookmark, Log
from xadmin.plugins.export import ExportMenuPlugin
from xadmin_compat.options import SuperusersOnly

from apps.users.models import UserProfile
from apps.users.tests.factories import UserFactory
from tests.back_office.pages import inputs_of
from tests.back_office.rows import MAKERS, SECRET, values_of

MODELS = [model for model in xadmin.site._registry if model in MAKERS]
POWERS = frozenset({"view", "add", "change", "delete"})
# What the account was given on the one model. Nobody signed in, and a shopper, stay before the door.
ROLES = {
    "nobody": frozenset(),
    "shopper": POWERS,
    "staff without a right": frozenset(),
    "viewer": frozenset({"view"}),
    "editor": POWERS - {"view"},
    "superuser": POWERS,
}
OUTSIDE = ("nobody", "shopper")
# A goods is added with its first SKU, or not at all.
NEEDED_BESIDES = {"goods.goods": ["goods.add_sku"]}
TOKEN = "csrfmiddlewaretoken"


@dataclass(frozen=True)
class Ask:
    """One request, the right that it takes, and what comes back to those who have it."""

    power: str
    path: str
    data: dict[str, Any] | None = None
    answers: tuple[int, ...] = (200,)
    query: dict[str, str] = field(default_factory=dict)

    def send(self, client: Client, base: str) -> HttpResponse:
        if self.data is None:
            return client.get(base + self.path, self.query)
        return client.post(base + self.path, self.data, query_params=self.query)

    def __str__(self) -> str:
        return f"{'GET' if self.data is None else 'POST'} {self.path} {self.query} {self.data or ''}"


@dataclass
class Visit:
    """An account before the pages of one model, with two rows of it."""

    model: type[Model]
    role: str
    user: UserProfile
    client: Client
    first: Model
    second: Model

    @property
    def admin(self) -> Any:
        return xadmin.site._registry[self.model]

    @property
    def base(self) -> str:
        return f"/xadmin/{self.model._meta.app_label}/{self.model._meta.model_name}/"

    def may(self, power: str) -> bool:
        if issubclass(self.admin, SuperusersOnly) and self.role != "superuser":
            return False
        given = ROLES[self.role] | ({"view"} if "change" in ROLES[self.role] else set())
        return power in given - set(getattr(self.admin, "remove_permissions", ()))

    def state(self) -> tuple[object, ...]:
        return values_of(self.model), Log.objects.count(), Bookmark.objects.count()


def account(role: str, model: type[Model]) -> UserProfile:
    user = UserFactory(is_staff=role not in OUTSIDE, is_superuser=role == "superuser", password="!")
    codenames = [f"{power}_{model._meta.model_name}" for power in ROLES[role]]
    user.user_permissions.set(
        Permission.objects.filter(content_type__app_label=model._meta.app_label, codename__in=codenames)
    )
    for right in NEEDED_BESIDES.get(model._meta.label_lower, []) if role == "editor" else []:
        app, codename = right.split(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    return user


@pytest.fixture(params=MODELS, ids=lambda model: model._meta.label)
def model(request: pytest.FixtureRequest) -> type[Model]:
    return request.param


@pytest.fixture(params=ROLES)
def visit(request: pytest.FixtureRequest, model: type[Model], db: None) -> Visit:
    client, user = Client(raise_request_exception=False), account(request.param, model)
    if request.param != "nobody":
        client.force_login(user)
    first, second = (MAKERS[model](user, number) for number in (100001, 100002))
    return Visit(model=model, role=request.param, user=user, client=client, first=first, second=second)


def readings(visit: Visit) -> Iterator[Ask]:
    names = [f.name for f in visit.model._meta.get_fields()]
    row = f"{visit.first.pk}/"
    yield Ask("view", "")
    yield Ask("view", "", query={"_cols": ".".join([*names, "delete", "save", "password"])})
    yield Ask("view", "", query={"_ajax": "1", "_fields": ",".join([*names, "delete", "password"])})
    # How a file is written does not depend on who gets it: the viewer tries every kind, and who may not, too.
    one_will_do = visit.role in ("editor", "superuser")
    for kind in ExportMenuPlugin.list_export[:1] if one_will_do else ExportMenuPlugin.list_export:
        yield Ask("view", "", query={"_do_": "export", "export_type": kind, "_cols": ".".join(names)})
    yield Ask("view", f"{row}detail/")
    yield Ask("view", f"{row}detail/", query={"_ajax": "1"})
    yield Ask("view", f"{row}dashboard/")
    yield Ask("view", "chart/none/", answers=(404,))
    yield Ask("add", "add/")
    yield Ask("add", "add/", query={"_ajax": "1"})
    yield Ask("change", f"{row}update/")
    yield Ask("delete", f"{row}delete/")
    yield from histories(visit, None)


def writings(visit: Visit) -> Iterator[Ask]:
    junk = dict.fromkeys((f.name for f in visit.model._meta.fields), "1")
    chosen = {"_selected_action": [visit.first.pk, visit.second.pk], "post": "yes"}
    editable = set(getattr(visit.admin, "list_editable", ()))
    patched = (200,) if editable else (403,)
    row = f"{visit.first.pk}/"
    yield Ask("view", "bookmark/", {"title": "x"})
    yield Ask("change", f"{row}patch/", query={"fields": ",".join(editable)}, answers=patched)
    yield Ask("change", f"{row}patch/", junk, answers=patched)
    yield Ask("add", "add/", junk, answers=(200, 302, 400))
    yield Ask("add", "add/", junk, answers=(200, 302, 400), query={"_ajax": "1", "_field": ",".join(junk)})
    yield Ask("change", f"{row}update/", junk, answers=(200, 302))
    yield Ask("change", f"{row}update/", junk, answers=(200, 302), query={"_ajax": "1", "_field": ",".join(junk)})
    # Nobody has a batch change but by an action of their own.
    yield Ask("change", "", {**chosen, **junk, "action": "change_selected"}, answers=(200, 302, 403))
    yield from histories(visit, junk)


def histories(visit: Visit, data: dict[str, Any] | None) -> Iterator[Ask]:
    kept = getattr(visit.admin, "reversion_enable", False)
    row = f"{visit.first.pk}/"
    yield Ask("change", f"{row}revision/", data, answers=(200,) if kept else (404,))
    yield Ask("change", f"{row}revision/1/", data, answers=(404,))
    yield Ask("add", "recover/1/", data, answers=(404,))
    if data is None:
        yield Ask("add", "recover/", answers=(200,) if kept else (404,))


def deletions(visit: Visit) -> Iterator[tuple[Ask, Model]]:
    chosen = {"action": "delete_selected", "_selected_action": visit.second.pk, "post": "yes"}
    yield Ask("delete", f"{visit.first.pk}/delete/", {"post": "yes"}, answers=(200, 302)), visit.first
    yield Ask("delete", "", chosen, answers=(200, 302)), visit.second


def check_outside(visit: Visit, asks: list[Ask]) -> None:
    # The door stands before the pages, and looks neither at the query nor at what is sent: each address once is enough.
    for ask in {(ask.path, ask.data is None): ask for ask in asks}.values():
        response = ask.send(visit.client, visit.base)
        assert response.status_code == 200, ask
        assert b"login-form" in response.content, ask


def check(visit: Visit, asks: list[Ask]) -> None:
    before = visit.state()
    for ask in asks:
        response = ask.send(visit.client, visit.base)
        if visit.may(ask.power):
            assert response.status_code in ask.answers, ask
            assert SECRET.encode() not in response.content, ask
            before = before if ask.data is None else visit.state()
            continue
        # Where a model keeps no history, there is no page to refuse.
        assert response.status_code in ((403, 404) if ask.answers == (404,) else (403,)), ask
        if ask.data is not None:
            assert visit.state() == before, ask


def check_actions(visit: Visit) -> None:
    """Actions that call a service ask for a right of their own, which no page takes away, and some for a level."""
    for action in getattr(visit.admin, "actions", ()):
        before = visit.state()
        data = {"action": action.action_name, "_selected_action": visit.first.pk}
        status = visit.client.post(visit.base, data).status_code
        is_theirs = visit.role == "superuser" or not issubclass(action, SuperusersOnly)
        if is_theirs and visit.user.has_perm(action.right) and visit.user.reaches(action.level) and visit.may("view"):
            # 200: it asks for something first. 302: done.
            assert status in (200, 302), action
        else:
            assert (status, visit.state()) == (403, before), action


def check_deletions(visit: Visit) -> None:
    for ask, row in deletions(visit):
        status = ask.send(visit.client, visit.base).status_code
        gone = not visit.model._default_manager.filter(pk=row.pk).exists()
        # 302: done. 200: the page that says what holds on to it.
        expected = ((302, True), (200, False)) if visit.may("delete") else ((403, False),)
        assert (status, gone) in expected, ask


def check_form_as_it_came(visit: Visit) -> None:
    """A form that is sent as it came is saved, and changes nothing."""
    address = f"{visit.base}{visit.first.pk}/update/"
    before = values_of(visit.model)
    response = visit.client.post(address, inputs_of(visit.client.get(address).content.decode()))
    assert response.status_code == 302, response.content.decode()
    assert values_of(visit.model) == before


def test_everybody_gets_what_their_rights_allow(visit: Visit) -> None:
    before = visit.state()
    if visit.role in OUTSIDE:
        check_outside(visit, [*readings(visit), *writings(visit), *(ask for ask, _row in deletions(visit))])
        assert visit.state() == before
        return
    check(visit, list(readings(visit)))
    assert visit.state() == before
    check_actions(visit)
    if visit.may("change"):
        check_form_as_it_came(visit)
    check(visit, list(writings(visit)))
    check_deletions(visit)
