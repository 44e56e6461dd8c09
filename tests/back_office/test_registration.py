"""Every model of the shop has its pages, and they are of use."""

import re
from pathlib import Path

import pytest
import xadmin
from django.apps import apps
from django.contrib.staticfiles import finders
from django.db.models import Model
from django.utils import translation

from tests.back_office.rows import MAKERS

OURS = [model for config in apps.get_app_configs() if config.name.startswith("apps.") for model in config.get_models()]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Words that the Chinese use as they are.
AS_THEY_ARE = {"SKU"}


def test_every_model_is_registered() -> None:
    assert sorted(model._meta.label for model in OURS if model not in xadmin.site._registry) == []


def test_every_registered_model_is_put_to_the_test() -> None:
    assert sorted(model._meta.label for model in xadmin.site._registry if model not in MAKERS) == []


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_the_list_says_more_than_a_name_and_can_be_narrowed(model: type[Model]) -> None:
    admin = xadmin.site._registry[model]
    assert len(admin.list_display) >= 2
    assert getattr(admin, "search_fields", ()) or getattr(admin, "list_filter", ())


@pytest.mark.parametrize("model", xadmin.site._registry, ids=lambda model: model._meta.label)
def test_labels_are_chinese(model: type[Model]) -> None:
    with translation.override("zh-hans"):
        labels = {str(model._meta.verbose_name), str(model._meta.verbose_name_plural)}
        if model in OURS:
            labels |= {str(field.verbose_name) for field in model._meta.fields if not field.primary_key}
    assert {label for label in labels - AS_THEY_ARE if not CHINESE.search(label)} == set()


def test_every_icon_is_one_that_xadmin_ships() -> None:
    styles = Path(finders.find("xadmin/vendor/font-awesome/css/font-awesome.css")).read_text()
    icons = {
        admin.model_icon.split()[-1] for admin in xadmin.site._registry.values() if getattr(admin, "model_icon", "")
    }
    assert {icon for icon in icons if f".{icon}:before" not in styles} == set()
