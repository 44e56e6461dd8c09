"""Every route of the back office, also one that is still to come, keeps out whoever is not of staff."""

import re

import pytest
from django.test import Client

from apps.users.models import UserProfile
from tests.access.routes import office_addresses

# The way in and out, and words for the scripts of the log-in page.
OPEN = {"/xadmin/login/", "/xadmin/logout/", "/xadmin/jsi18n/"}


@pytest.mark.django_db
def test_a9_each_route_of_the_back_office_shows_shoppers_its_door_and_nothing_else(alice: UserProfile) -> None:
    shopper = Client()
    shopper.force_login(alice)
    addresses = {re.sub(r"{\w+}", "1", address) for address in office_addresses()} - OPEN

    assert len(addresses) > 100
    shown = {
        (address, answer.status_code)
        for address in addresses
        for answer in (shopper.get(address), shopper.post(address))
        if answer.status_code != 200 or b"login-form" not in answer.content
    }
    assert shown == set()
