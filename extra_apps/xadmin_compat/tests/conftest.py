"""A back office of the test's own: the shop's models, registered with the options that a test needs."""

import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
import xadmin
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import clear_url_caches, path
from pytest_django import Settings

from apps.users.models import Role, UserProfile
from apps.users.tests.factories import UserFactory

URLS = "xadmin_compat.tests.urls_of_this_test"


class Office:
    """xadmin's site with other options; whoever changes them has the URLs built anew."""

    def __init__(self, settings: Settings, of_the_shop: dict[Any, type]) -> None:
        self.settings = settings
        self.of_the_shop = of_the_shop
        self.names = 0

    def register(self, model: Any, **options: Any) -> None:
        site = xadmin.site
        site._registry.pop(model, None)
        site._admin_view_cache.clear()
        site.register(model, type(f"{model.__name__}Options", (), options))
        self.build()

    def build(self) -> None:
        self.names += 1
        module = ModuleType(f"{URLS}_{self.names}")
        module.urlpatterns = [path("xadmin/", xadmin.site.urls)]
        sys.modules[module.__name__] = module
        self.settings.ROOT_URLCONF = module.__name__
        clear_url_caches()

    def register_as_the_shop_does(self, *models: Any) -> None:
        """Without names all models are registered, as a superuser's first page asks for."""
        xadmin.site._registry.update((model, self.of_the_shop[model]) for model in models or self.of_the_shop)
        self.build()

    def staff(self, *rights: str, level: int = 0, **fields: Any) -> Client:
        """Return a signed-in client of a new staff account with the rights, written `goods.view_brand`."""
        user = UserFactory(is_staff=True, **fields)
        if level:
            user.roles.add(Role.objects.get_or_create(name=f"level {level}", level=level)[0])
        for right in rights:
            app, codename = right.split(".")
            user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
        return self.client(user)

    def superuser(self) -> Client:
        return self.client(UserFactory(is_staff=True, is_superuser=True))

    def client(self, user: UserProfile) -> Client:
        client = Client(raise_request_exception=False)
        client.force_login(user)
        return client


@pytest.fixture
def office(settings: Settings, db: None) -> Iterator[Office]:
    site = xadmin.site
    before = site.copy_registry()
    own = {admin: set(vars(admin)) for admin in before["models"].values()}
    office = Office(settings, before["models"])
    # With all models of the shop, building the views of each test would take longer than the tests.
    site._registry = {model: admin for model, admin in site._registry.items() if model._meta.app_label == "xadmin"}
    office.build()
    yield office
    site.restore_registry(before)
    # Without its repair xadmin hangs the rights of whoever deletes first on every admin class.
    for admin, names in own.items():
        for name in set(vars(admin)) - names:
            delattr(admin, name)
    site._admin_view_cache.clear()
    for number in range(1, office.names + 1):
        sys.modules.pop(f"{URLS}_{number}", None)
    clear_url_caches()
