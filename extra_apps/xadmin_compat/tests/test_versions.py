"""Nothing of what the repairs rest on moves unnoticed."""

import pytest
from django import forms
from django.core.exceptions import ImproperlyConfigured
from django.utils import translation

from xadmin_compat import patching, shims, versions


def test_every_file_that_is_reached_into_is_known_by_its_hash() -> None:
    reached = {f"{name.removeprefix('xadmin.').replace('.', '/')}.py" for name in patching.touched_modules()}
    reached.discard("crispy_forms/layout.py")  # held by its version
    assert reached <= set(versions.SOURCES)


@pytest.mark.parametrize("name", sorted(versions.SOURCES))
def test_the_file_is_the_one_that_the_repairs_were_written_against(name: str) -> None:
    assert versions.source_hash(name) == versions.SOURCES[name]


def test_another_source_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(versions.SOURCES, "views/base.py", "0" * 64)
    with pytest.raises(ImproperlyConfigured, match=r"views/base\.py"):
        versions.check_sources()


def test_another_version_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(versions.TESTED, "Django", "4.2")
    with pytest.raises(ImproperlyConfigured, match=r"Django 5\.2.* \(tested: 4\.2\)"):
        versions.check_versions()


def test_the_start_checks_both(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.apps import apps

    monkeypatch.setitem(versions.SOURCES, "models.py", "0" * 64)
    with pytest.raises(ImproperlyConfigured, match=r"models\.py"):
        apps.get_app_config("xadmin").ready()


def test_the_shim_is_gone_after_the_import() -> None:
    assert not hasattr(forms.ChoiceField, "_set_choices")


def test_a_name_that_came_back_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms.ChoiceField, "_set_choices", None, raising=False)
    with pytest.raises(ImproperlyConfigured, match="_set_choices is back"), shims.import_time_names():
        pass


def test_words_wait_for_their_reader_while_xadmin_is_imported_and_not_after() -> None:
    with shims.words_of_the_reader():
        from django.utils.translation import gettext as lent

        waiting = lent("Yes")
    with translation.override("zh-hans"):
        assert (str(waiting), lent("Yes"), type(lent("Yes"))) == ("是", "是", str)
    with translation.override("en"):
        assert (str(waiting), lent("Yes")) == ("Yes", "Yes")
    assert translation.gettext is not lent


def test_every_repair_says_what_it_mends() -> None:
    assert [name for name, mend in patching.repairs().items() if not (mend.__doc__ or "").strip()] == []


def test_undoing_leaves_xadmin_as_it_came() -> None:
    from xadmin.plugins.xversion import RevisionListView
    from xadmin.views.base import BaseAdminObject

    patching.undo()
    try:
        assert BaseAdminObject.message_user.__module__ == "xadmin.views.base"
        assert RevisionListView.get_version_object.__module__ == "xadmin.plugins.xversion"
        assert patching.touched_modules() == set()
    finally:
        patching.apply()
    assert BaseAdminObject.message_user.__module__ == "xadmin_compat.security.markup"
