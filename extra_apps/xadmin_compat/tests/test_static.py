"""The pages load current libraries, from this host alone."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client

from apps.goods.models import Brand, Goods
from apps.goods.tests.factories import GoodsFactory
from xadmin_compat.finders import FILES, framework_files
from xadmin_compat.tests.conftest import Office, Settings


@pytest.mark.parametrize(("path", "ours"), sorted(FILES.items()))
def test_the_old_path_leads_to_the_current_file(path: str, ours: str) -> None:
    assert finders.find(path) == str(framework_files() / ours)


def test_the_current_files_are_what_they_are_said_to_be() -> None:
    def start(path: str) -> str:
        found = finders.find(path)
        assert isinstance(found, str)
        return Path(found).read_text()[:300]

    assert "jQuery v3.7.1" in start("xadmin/vendor/jquery/jquery.min.js")
    assert "Bootstrap v3.4.1" in start("xadmin/vendor/bootstrap/js/bootstrap.min.js")
    assert "Bootstrap v3.4.1" in start("xadmin/vendor/bootstrap/css/bootstrap.css")


def test_other_files_of_xadmin_are_found_as_before() -> None:
    found = finders.find("xadmin/js/xadmin.main.js")
    assert isinstance(found, str)
    assert found.endswith("site-packages/xadmin/static/xadmin/js/xadmin.main.js")
    assert finders.find("xadmin/no-such-file.js") is None


def test_collectstatic_takes_the_current_files(tmp_path: Path, settings: Settings) -> None:
    settings.STATIC_ROOT = tmp_path
    call_command("collectstatic", interactive=False, verbosity=0)
    for path, ours in FILES.items():
        assert (tmp_path / path).read_bytes() == (framework_files() / ours).read_bytes()


def test_collectstatic_with_hashed_names(tmp_path: Path, settings: Settings) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    assert list(tmp_path.glob("xadmin/vendor/jquery/jquery.min.*.js"))


@pytest.mark.parametrize("path", sorted(FILES))
def test_the_server_serves_them(client: Client, path: str) -> None:
    assert client.get(f"/static/{path}").status_code == 200


@pytest.mark.parametrize("debug", [True, False])
def test_no_page_names_another_host(office: Office, settings: Settings, debug: bool) -> None:
    settings.DEBUG = debug
    office.register_as_the_shop_does()
    office.register(Brand)
    office.register(Goods, search_fields=["name"], list_filter=["created_at", "brand"])
    goods = GoodsFactory()
    client = office.superuser()
    for address in ("", "goods/goods/", "goods/goods/add/", f"goods/goods/{goods.pk}/update/", "goods/brand/add/"):
        page = client.get(f"/xadmin/{address}").content.decode()
        assert re.findall(r"""(?:src|href|action)=["'](?:https?:)?//[^"']+""", page) == []


def test_javascript_of_the_log_in_page_is_javascript(client: Client) -> None:
    response = client.get("/xadmin/jsi18n/")
    assert response.status_code == 200
    assert response["Content-Type"] == 'text/javascript; charset="utf-8"'


def test_texts_of_popups_are_chinese(client: Client) -> None:
    catalogue = client.get("/xadmin/jsi18n/", headers={"accept-language": "zh-hans"}).content.decode()
    assert '"Close": "\\u5173\\u95ed"' in catalogue
