"""Where the sample shop is refused, and what it leaves alone."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.goods.models import Brand, Category, Goods
from apps.users.models import UserProfile
from apps.users.tests.factories import UserFactory
from mxshop.management.commands import serve
from mxshop.sample.catalogue import read_shelves
from mxshop.sample.drawing.brushwork import LABELS, MOTIFS
from mxshop.sample.drawing.colours import TINTS
from mxshop.sample.people import open_accounts, working_accounts
from mxshop.settings import base

pytestmark = pytest.mark.django_db


def test_it_is_refused_where_the_settings_do_not_allow_it(settings: Any) -> None:
    settings.SAMPLE_SHOP = False

    with pytest.raises(CommandError, match="published"):
        call_command("make_sample_shop")

    assert not UserProfile.objects.exists()
    assert not Goods.objects.exists()


def test_it_is_not_allowed_unless_an_environment_says_so(settings: Any) -> None:
    assert base.SAMPLE_SHOP is False
    assert "SAMPLE_SHOP" not in (settings.BASE_DIR / "mxshop" / "settings" / "production.py").read_text()


def test_all_or_nothing(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr("mxshop.management.commands.make_sample_shop.read_shelves", lambda: read_shelves()[:1])

    with pytest.raises(KeyError):  # the home page wants goods of the other shelves, too
        call_command("make_sample_shop")

    assert not Goods.objects.exists()
    assert not Category.objects.exists()
    assert not Brand.objects.exists()
    assert not UserProfile.objects.exists()


def test_an_account_whose_name_is_taken_stays_as_it_is() -> None:
    mine = UserFactory(username="admin", is_superuser=False)
    UserFactory(username="somebody", mobile="13800138000")

    opened = open_accounts()

    assert set(opened) == {"staff"}
    mine.refresh_from_db()
    assert (mine.is_superuser, mine.is_staff) == (False, False)
    assert [account.username for account in working_accounts()] == ["clerk"]


def test_every_article_is_written_down_rightly() -> None:
    articles = [article for shelf in read_shelves() for article in shelf.articles]

    assert len({article.name for article in articles}) == len(articles)
    for article in articles:
        assert len(article.category) == 2, "three levels, with the shelf's own"
        subject = article.subject
        assert (subject.motif in MOTIFS, subject.tint in TINTS) == (True, True)
        assert (subject.emblem is None) or (subject.motif in LABELS and subject.emblem.motif in MOTIFS)
        assert min(variant.price for variant in article.variants) < article.market_price


def test_a_server_of_production_announces_nobody(settings: Any) -> None:
    open_accounts()
    assert serve.sample_accounts()

    settings.SAMPLE_SHOP = False
    assert serve.sample_accounts() == []
