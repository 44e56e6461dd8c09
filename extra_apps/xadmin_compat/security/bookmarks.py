"""Bookmarks."""

from typing import Any

from django.core.exceptions import PermissionDenied

from xadmin_compat.patching import Bench, repair


@repair
def bookmarks_on_unseen_lists(bench: Bench) -> None:
    """Any staff account might post bookmarks on any model; shared ones show to everybody."""
    old = bench.original("xadmin.plugins.bookmark:BookmarkView.post")

    @bench.replace("xadmin.plugins.bookmark:BookmarkView.post")
    def post(self: Any, request: Any) -> Any:
        if not self.has_view_permission():
            raise PermissionDenied
        return old(self, request)
