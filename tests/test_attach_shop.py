"""A bundle is attached, and calls this server from then on, however its bundler wrote the host."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from mxshop.bundles import remove_api_host


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ('var host="http://1.2.3.4:8000";get(host+"/goods/")', 'var host="";get(host+"/goods/")'),
        ("let host = 'http://shop.example:8000/';get(host + '/goods/')", "let host = '';get(host + '/goods/')"),
        ('var a="https://shop.example/";get(a+"goods/")', 'var a="/";get(a+"goods/")'),
        ('get("http://1.2.3.4:8000/categorys/")', 'get("/categorys/")'),
        ('get("http://1.2.3.4:8000//orders/"+id+"/")', 'get("/orders/"+id+"/")'),
        ('get("http://1.2.3.4:8000"+"/login/",x)', 'get(""+"/login/",x)'),
        ('t="http://1.2.3.4:8000";get("".concat(t,"/users/"))', 't="";get("".concat(t,"/users/"))'),
        ("const h=`http://x.example`;get(`${h}/code/`)", "const h=``;get(`${h}/code/`)"),
        (
            r'eval("var host = \'http://x.example:8000\';\n get(host + \'/address/\')")',
            r'eval("var host = \'\';\n get(host + \'/address/\')")',
        ),
    ],
)
def test_api_host_is_removed(written: str, wanted: str) -> None:
    rewritten = remove_api_host(written)
    assert rewritten.text == wanted
    assert rewritten.replaced == 1


@pytest.mark.parametrize(
    "text",
    [
        'var svg="http://www.w3.org/2000/svg"',
        'a.href="http://www.example.com"',
        'img="http://1.2.3.4:8000/media/goods/1.jpg"',
        'href="http://other.example:8000/login/weibo/"',
    ],
)
def test_other_addresses_stay(text: str) -> None:
    if "/login/weibo" in text:
        # A third-party log-in starts at the shop's own server as well.
        assert remove_api_host(text).text == 'href="/login/weibo/"'
    else:
        assert remove_api_host(text).text == text


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    (folder / "images").mkdir(parents=True)
    (folder / "index.entry.js").write_text('var host="http://1.2.3.4:8000";get(host+"/goods/")')
    (folder / "index.entry.js.map").write_text("{}")
    (folder / "images" / "logo.png").write_bytes(b"png")
    return folder


@pytest.fixture
def shop_dir(tmp_path: Path, settings: Any) -> Path:
    settings.SHOP_DIR = tmp_path / "shop"
    settings.SHOP_DIR.mkdir()
    (settings.SHOP_DIR / ".gitkeep").touch()
    return settings.SHOP_DIR


def test_bundle_is_copied_and_the_one_before_replaced(bundle: Path, shop_dir: Path) -> None:
    (shop_dir / "old.js").write_text("old")
    call_command("attach_shop", str(bundle))
    assert sorted(str(path.relative_to(shop_dir)) for path in shop_dir.rglob("*") if path.is_file()) == [
        ".gitkeep",
        "images/logo.png",
        "index.entry.js",
    ]
    assert (shop_dir / "index.entry.js").read_text() == 'var host="";get(host+"/goods/")'


def test_attached_shop_is_the_front_page(bundle: Path, shop_dir: Path, client: Client) -> None:
    assert 'id="app"' not in client.get("/").content.decode()
    call_command("attach_shop", str(bundle))
    for path in ("/", "/index/", "/?email=a%40b.example&gender=male"):
        page = client.get(path).content.decode()
        assert '<div id="app"></div>' in page
        assert '<script src="/static/index.entry.js"></script>' in page


def test_a_shop_that_is_removed_leaves_the_own_front_page(
    bundle: Path, shop_dir: Path, client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("attach_shop", str(bundle))
    call_command("attach_shop", "--remove")

    assert [path.name for path in shop_dir.iterdir()] == [".gitkeep"]
    assert bundle.is_dir()
    assert 'id="app"' not in client.get("/").content.decode()
    assert "2 files removed." in capsys.readouterr().out
    call_command("attach_shop", "--remove")
    assert capsys.readouterr().out == "No shop is attached.\n"


@pytest.mark.parametrize("arguments", [[], ["dist", "--remove"]])
def test_a_shop_is_either_attached_or_removed(arguments: list[str], shop_dir: Path) -> None:
    (shop_dir / "index.entry.js").write_text("the shop")
    with pytest.raises(CommandError, match="nothing was changed"):
        call_command("attach_shop", *arguments)
    assert (shop_dir / "index.entry.js").read_text() == "the shop"


def test_assets_below_index_are_found(client: Client) -> None:
    response = client.get("/index/static/images/logo.png")
    assert response.status_code == 302
    assert response["Location"] == "/static/images/logo.png"


def test_folder_without_a_shop_changes_nothing(tmp_path: Path, shop_dir: Path) -> None:
    (shop_dir / "index.entry.js").write_text("the shop")
    with pytest.raises(CommandError, match=r"holds no index\.entry\.js"):
        call_command("attach_shop", str(tmp_path))
    assert (shop_dir / "index.entry.js").read_text() == "the shop"


def test_shop_folder_itself_is_refused(shop_dir: Path) -> None:
    (shop_dir / "index.entry.js").write_text("the shop")
    with pytest.raises(CommandError, match="where shops are attached"):
        call_command("attach_shop", str(shop_dir))
    assert (shop_dir / "index.entry.js").read_text() == "the shop"
