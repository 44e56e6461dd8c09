"""What this package was written against; anything else stops the start, and says so."""

import hashlib
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

TESTED: dict[str, str] = {
    "Django": "5.2",
    "xadmin2": "2.0.4",
    "django-crispy-forms": "2.7",
    "crispy-bootstrap3": "2024.1",
    "django-reversion": "6.4",
    "djangorestframework": "3",
}

# sha256 of each file of xadmin that a repair reaches into, or that a template of ours takes the place of. Where one
# differs, read the new file beside the repairs that name it, and only then write down its new hash here.
SOURCES: dict[str, str] = {
    "layout.py": "415e105444f6fba8f0696510c09fc216202bf676411a5193f48b19596b9e5b2d",
    "models.py": "ac217ec9b9e1d3b0061695b23ea1631b90f78eb37e9c27692ce12483764504f2",
    "plugins/actions.py": "f40b6ecee3a76eef4f0aae052d4064391eb7c4e2ad6720f860e5d1a3d43bae0e",
    "plugins/ajax.py": "7bb68041969e7434c0d38789e1fe46566bf8df80954c3011612121830cf5e6f1",
    "plugins/auth.py": "f48c11341a43a09c6d6e3681cfa8d9091c1d52d7a8b39978873838ea5be89725",
    "plugins/batch.py": "ddb4959a39a7b000684155161cf850007b6ba3250b3fdb6c7cc34b2252196ad0",
    "plugins/bookmark.py": "6907022072a9bfa58964b17b58018965adfa38470f6e8c9ed17ccaae98e89092",
    "plugins/details.py": "7903fc4a179e6d5b60cfd3d93b77481ea0e31a354ce12df4c04ee292c82917c1",
    "plugins/editable.py": "0f7ae538d6a847886486e800712b3fe815225ae7c00c035d902aec39c3a96431",
    "plugins/export.py": "b0c3ec9bec25f86d2f6aa8b9c4aea136ccbdb3bf598f6b76dfd7a2dedc6ef38b",
    "plugins/filters.py": "f2faefd66d2ca7f625ad11dc4dfcb35b60c5c7267459e8737b57ca2246bb24ec",
    "plugins/inline.py": "8a785f4deb8461b41d4a646af4e053ecae0c28d7901ed9afe2d52c01f093bfad",
    "plugins/multiselect.py": "4fa65eb5907dab48c3989011b89efbb5769f3e779ff49559c11ba789bcd4aa07",
    "plugins/quickform.py": "b71a347b878b419307f7a3f38f8525a6f57480899dbcffd2b4c4dd92cbdc864b",
    "plugins/relate.py": "a8507c70eec131178be5f42c9f1c0eee6e890b0b6ff9ea63c40f726ffbe28e69",
    "plugins/relfield.py": "dcdb108370afe1822b1e83127a1e3f188d63f5ac309309449d796d773ae37f78",
    "plugins/wizard.py": "5282a73ce3924d23b480c10df6d120a028dd5c683b5d950d0f79a120a457c3c4",
    "plugins/xversion.py": "7ac3e75ce99ce140e83454960bf729ff0651dce4bf0edcbe111905676f53a8e3",
    "sites.py": "b05371e7f892a833ff5828cac75c08b984e5e97865846a70ef5742929af6baae",
    "templates/xadmin/auth/user/change_password.html": "75fbdb4e323453e8ed19f06e1a4cda816e7b4dba91579102f92fb55f9b926e8e",  # noqa: E501  a digest does not break
    "templates/xadmin/base.html": "6652a6bea2b69c26b4af0c1a6bbefbad4edeeea1a296f696bd21cbac6a6ef359",
    "templates/xadmin/base_site.html": "4c3138e15e912327bca29ff2ec469a6bb837f7f422dd2064b776bd5f89fd3eb2",
    "templates/xadmin/edit_inline/base.html": "d74f83d814c9680e13f1e99ce99dc4e04dbc20d64361302083044dc62fb4d93b",
    "templates/xadmin/views/login.html": "de03ef68486d9d4dec755cf8df34e4b6144d63a66db23cd1027c05669d3206f6",
    "util.py": "240360fdfefe98b78db2e7a3ce1b227d68ef3bdaab397ff439b7abb1c5a7040f",
    "views/base.py": "e2022c5d8c62941184ddd9d65a9a58d4d40376bedeac03a13df64765c0e4a32d",
    "views/dashboard.py": "637aca338d47fb5906ea82e008802e065a2b1095d5e97e267c2302e61d7d7265",
    "views/delete.py": "a96ccd4f5fef5a248038f0ebedd7518fb232b08dbc76d7f22ab2e78ad4a52f8b",
    "views/detail.py": "5600e294104a26d1c8c6d0740333e9174e67b0504b562fbb0e6916c75ccba890",
    "views/edit.py": "e4da747e9a7dae764b9b00e34e7b444195e25155b0007b72108f3a6641412f63",
    "views/form.py": "052d6bd87e167a5f8beb226b32567ab3f00ad71b702443f7e4dece89950a4b1a",
    "views/list.py": "fbd653df9cce13b9798e8aecc508ca81f49916ac1d2948bda8ba4d682f70e31b",
    "widgets.py": "8efa2970b963bb96a89aaf40ca61cd0a55ba4fc19b3b41bd2ebb7b78f090d145",
}


def check_versions() -> None:
    """Raise ImproperlyConfigured when a package is not the version that the repairs were tested with."""
    wrong = [
        f"{name} {version(name)} (tested: {tested})"
        for name, tested in TESTED.items()
        if not f"{version(name)}.".startswith(f"{tested}.")
    ]
    if wrong:
        raise ImproperlyConfigured("xadmin_compat was not tested with: " + ", ".join(wrong))


def check_sources() -> None:
    """Raise ImproperlyConfigured when a file of xadmin is not the one that the repairs were written against."""
    changed = [name for name, known in SOURCES.items() if source_hash(name) != known]
    if changed:
        raise ImproperlyConfigured("xadmin_compat does not know these files of xadmin: " + ", ".join(changed))


def source_hash(name: str) -> str:
    """Return the sha256 of a file inside the xadmin package."""
    return hashlib.sha256((xadmin_folder() / name).read_bytes()).hexdigest()


def xadmin_folder() -> Path:
    """Return where xadmin is installed, without importing it."""
    spec = find_spec("xadmin")
    if spec is None or spec.origin is None:
        raise ImproperlyConfigured("xadmin2 is not installed")
    return Path(spec.origin).parent
