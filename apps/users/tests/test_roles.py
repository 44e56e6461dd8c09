"""Roles: what a mask gives, it gives in the API and in xadmin alike, at once, and to staff only."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError, transaction
from django.test import Client
from rest_framework.test import APIClient
from xadmin.models import Log

from apps.common.permissions import Power
from apps.common.tests.back_office import act, browser_of, clerk, page, send
from apps.goods.models import StockMovement
from apps.goods.tests.factories import SkuFactory
from apps.users.models import Role, RoleGrant, UserProfile
from apps.users.tests.factories import UserFactory
from conftest import client_of

pytestmark = pytest.mark.django_db

ROLES = "/xadmin/users/role/"
MOVEMENTS = "goods.stockmovement"


def give(user: UserProfile, mask: int, resource: str = MOVEMENTS, *, level: int = 0) -> Role:
    role = Role.objects.create(name=f"role {Role.objects.count()}", level=level)
    RoleGrant.objects.create(role=role, resource=resource, mask=mask)
    user.roles.add(role)
    return role


def powers_of(user: UserProfile, resource: str = MOVEMENTS) -> list[Power]:
    fresh = UserProfile.objects.get(pk=user.pk)
    return [power for power in Power if fresh.may(resource, power)]


# -- What a mask means -----------------------------------------------------------------------------


@pytest.mark.parametrize("mask", range(1, 16))
def test_a_mask_gives_its_powers_and_modify_gives_read(staff: UserProfile, mask: int) -> None:
    give(staff, mask)

    given = Power(mask) | (Power.READ if mask & Power.MODIFY else 0)
    assert powers_of(staff) == list(given)
    assert powers_of(staff, "goods.goods") == []


def test_all_powers_of_a_mask_are_needed(staff: UserProfile) -> None:
    give(staff, Power.READ)

    assert not staff.may(MOVEMENTS, Power.READ | Power.WRITE)


def test_bits_without_a_meaning_give_nothing(staff: UserProfile) -> None:
    give(staff, 16 | 1 << 30)

    assert powers_of(staff) == []


def test_roles_add_up_and_an_emptied_one_is_no_row(staff: UserProfile) -> None:
    give(staff, Power.READ)
    second = give(staff, Power.WRITE)
    assert powers_of(staff) == [Power.READ, Power.WRITE]

    second.delete()
    assert powers_of(staff) == [Power.READ]
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.create(role=Role.objects.get(), resource="trade.order", mask=0)
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.create(role=Role.objects.get(), resource=MOVEMENTS, mask=1)


def test_groups_and_permissions_of_django_count_alike(staff: UserProfile) -> None:
    staff.user_permissions.add(Permission.objects.get(codename="change_stockmovement"))

    assert powers_of(staff) == [Power.READ, Power.MODIFY]


def test_only_staff_who_may_log_in_have_powers(alice: UserProfile, superuser: UserProfile, staff: UserProfile) -> None:
    give(alice, 15)
    give(staff, 15)
    assert (powers_of(alice), powers_of(superuser)) == ([], list(Power))

    for switched_off in ({"is_active": False}, {"is_active": True, "is_deleted": True}):
        UserProfile.objects.filter(pk=staff.pk).update(**switched_off)
        assert powers_of(staff) == []


# -- Levels ----------------------------------------------------------------------------------------


def test_levels_are_compared_plainly(staff: UserProfile, superuser: UserProfile) -> None:
    assert staff.reaches(0)
    assert not staff.reaches(1)
    give(staff, Power.READ, level=10)
    give(staff, Power.READ, "trade.order", level=50)

    senior = UserProfile.objects.get(pk=staff.pk)
    assert (senior.level, senior.reaches(50), senior.reaches(51)) == (50, True, False)
    assert superuser.reaches(32_000)
    assert senior.may(MOVEMENTS, Power.READ, level=50)
    assert not senior.may(MOVEMENTS, Power.READ, level=51)
    assert not senior.may(MOVEMENTS, Power.WRITE, level=50)


def test_powers_and_level_cost_one_statement_each(staff: UserProfile, at_most_statements: Any) -> None:
    give(staff, 15)
    fresh = UserProfile.objects.get(pk=staff.pk)

    with at_most_statements(4):  # the role's, and Django's two: the account's and its groups'
        for power in Power:
            assert fresh.may(MOVEMENTS, power)
            assert not fresh.may("trade.order", power, level=1)


# -- API and xadmin answer alike -------------------------------------------------------------------


@pytest.mark.parametrize("mask", range(16))
def test_api_and_back_office_answer_alike(staff: UserProfile, mask: int) -> None:
    if mask:
        give(staff, mask)
    sku = SkuFactory(stock=5)
    browser, client = browser_of(staff), client_of(staff)
    give(staff, Power.READ, "goods.sku")  # the list that the action stands on

    read = client.get("/staff/stock-movements/").status_code == 200
    assert (browser.get("/xadmin/goods/stockmovement/").status_code == 200) == read == bool(mask & (1 | 4))

    written = client.post("/staff/stock-movements/", {"sku": sku.pk, "delta": 1, "note": "found"}).status_code == 201
    before = StockMovement.objects.count()
    act(browser, "/xadmin/goods/sku/", "adjust_stock", sku, delta=1, note="found")
    assert (StockMovement.objects.count() > before) == written == bool(mask & 2)


def test_a_role_taken_away_ends_at_once(staff: UserProfile) -> None:
    role = give(staff, Power.READ)
    browser, client = browser_of(staff), client_of(UserProfile.objects.get(pk=staff.pk))
    assert client.get("/staff/stock-movements/").status_code == 200
    assert browser.get("/xadmin/goods/stockmovement/").status_code == 200

    staff.roles.remove(role)
    client.force_authenticate(UserProfile.objects.get(pk=staff.pk))  # as each request finds its user anew
    assert client.get("/staff/stock-movements/").status_code == 403
    assert browser.get("/xadmin/goods/stockmovement/").status_code == 403


# -- Roles in the back office ----------------------------------------------------------------------


def role_form(role: Role | None, *grants: tuple[int | str, str, list[int]], **typed: Any) -> dict[str, Any]:
    existing = sum(1 for key, _resource, _powers in grants if key)
    data: dict[str, Any] = {"name": role.name if role else "仓管", "level": 10, "note": ""} | typed
    data |= {"grants-TOTAL_FORMS": len(grants), "grants-INITIAL_FORMS": existing, "grants-MIN_NUM_FORMS": 0}
    for number, (key, resource, powers) in enumerate(grants):
        data |= {f"grants-{number}-id": key, f"grants-{number}-resource": resource, f"grants-{number}-mask": powers}
        data[f"grants-{number}-role"] = role.pk if role else ""
    return data


def test_a_role_is_made_with_boxes_and_leaves_a_trace(superuser: UserProfile) -> None:
    boss = browser_of(superuser)
    send(boss, f"{ROLES}add/", role_form(None, ("", "goods.sku", [1]), ("", MOVEMENTS, [1, 2])))

    role = Role.objects.get(name="仓管")
    assert dict(role.grants.values_list("resource", "mask")) == {"goods.sku": 1, MOVEMENTS: 3}
    assert role.level == 10

    form = page(boss, f"{ROLES}{role.pk}/update/")
    grant = role.grants.get(resource=MOVEMENTS)
    keys = [(row.pk, row.resource, [power for power in (1, 2, 4, 8) if row.mask & power]) for row in role.grants.all()]
    assert form.count('type="checkbox"') >= 8
    changed = [(key, name, [4, 8] if key == grant.pk else powers) for key, name, powers in keys]
    send(boss, f"{ROLES}{role.pk}/update/", role_form(role, *changed))

    grant.refresh_from_db()
    assert grant.mask == 12
    assert f"{MOVEMENTS}: 读取, 写 → " in Log.objects.filter(object_id=role.pk).latest("pk").message
    assert f"{MOVEMENTS}: 改, 删" in Log.objects.filter(object_id=role.pk).latest("pk").message


def test_an_unknown_resource_or_no_power_is_refused(superuser: UserProfile) -> None:
    boss = browser_of(superuser)
    for resource, powers in (("users.role", [1]), ("auth.group", [1]), ("nobody.knows", [1]), (MOVEMENTS, [])):
        response = send(boss, f"{ROLES}add/", role_form(None, ("", resource, powers)))
        assert response.status_code == 200, resource
    for powers in ([16], ["x"]):
        assert send(boss, f"{ROLES}add/", role_form(None, ("", MOVEMENTS, powers))).status_code == 200
    assert not Role.objects.exists()


def test_roles_are_given_by_superusers_and_leave_a_trace(superuser: UserProfile, staff: UserProfile) -> None:
    role = Role.objects.create(name="仓管")
    form = {"username": staff.username, "mobile": staff.mobile, "gender": "female", "is_active": "on", "is_staff": "on"}

    send(browser_of(superuser), f"/xadmin/users/userprofile/{staff.pk}/update/", {**form, "roles": [role.pk]})

    assert list(staff.roles.all()) == [role]
    assert "角色: 无 → 仓管" in Log.objects.filter(object_id=staff.pk).latest("pk").message


def test_nobody_else_gives_roles_whatever_they_may_do() -> None:
    role, shopper = Role.objects.create(name="仓管"), UserFactory()
    powers = [f"users.{verb}_{name}" for verb in ("view", "add", "change") for name in ("role", "userprofile")]
    helper: Client = clerk(*powers)
    form = {"username": shopper.username, "mobile": shopper.mobile, "gender": "female", "is_active": "on"}

    assert helper.get(ROLES).status_code == 403
    assert helper.get(f"{ROLES}{role.pk}/update/").status_code == 403
    send(helper, f"/xadmin/users/userprofile/{shopper.pk}/update/", {**form, "name": "x", "roles": [role.pk]})
    shopper.refresh_from_db()
    assert (shopper.name, shopper.roles.count()) == ("x", 0)


def test_a_shoppers_token_is_refused_on_staff_routes(shopper: APIClient, visitor: APIClient) -> None:
    assert shopper.get("/staff/stock-movements/").status_code == 403
    assert visitor.get("/staff/stock-movements/").status_code == 401
