"""Holes of xadmin2 2.0.4 itself, on every Django; importing registers the repairs."""

from xadmin_compat.security import (
    accounts,
    actions,
    bookmarks,
    columns,
    deletion,
    export,
    forms,
    lookups,
    markup,
    objects,
    redirects,
    refusals,
    repeats,
    revisions,
    saving,
)

__all__ = [
    "accounts",
    "actions",
    "bookmarks",
    "columns",
    "deletion",
    "export",
    "forms",
    "lookups",
    "markup",
    "objects",
    "redirects",
    "refusals",
    "repeats",
    "revisions",
    "saving",
]
