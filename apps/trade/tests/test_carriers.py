"""A new shop gets its carriers by a command, and keeps what its staff made of them."""

from io import StringIO

import pytest
from django.core.management import call_command

from apps.trade.models import Carrier
from apps.trade.services.carriers import CARRIERS

pytestmark = pytest.mark.django_db


def load() -> str:
    out = StringIO()
    call_command("load_carriers", stdout=out)
    return out.getvalue()


def test_a_new_shop_can_ship_with_the_main_carriers() -> None:
    said = load()
    assert said.startswith("shunfeng  顺丰速运\n")
    assert said.endswith(f"\n{len(CARRIERS)} carriers made, 0 were there already\n")
    assert {"shunfeng", "zhongtong", "yuantong", "yunda", "shentong", "jtexpress", "jd", "ems"} <= set(
        Carrier.objects.filter(is_active=True).values_list("code", flat=True)
    )
    for carrier in Carrier.objects.all():
        carrier.full_clean()


def test_it_is_safe_to_run_twice() -> None:
    load()
    before = list(Carrier.objects.order_by("pk").values())
    assert load() == f"0 carriers made, {len(CARRIERS)} were there already\n"
    assert list(Carrier.objects.order_by("pk").values()) == before


def test_what_staff_made_of_a_carrier_stays() -> None:
    Carrier.objects.create(name="顺丰（大客户）", code="shunfeng", is_active=False)
    Carrier.objects.create(name="中通快递", code="ourzhongtong")
    assert load().endswith(f"{len(CARRIERS) - 2} carriers made, 2 were there already\n")
    assert Carrier.objects.get(code="shunfeng").name == "顺丰（大客户）"
    assert not Carrier.objects.get(code="shunfeng").is_active
    assert Carrier.objects.get(name="中通快递").code == "ourzhongtong"
    assert not Carrier.objects.filter(code="zhongtong").exists()
