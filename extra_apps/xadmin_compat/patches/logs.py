"""The operation log."""

from django.utils.translation import gettext

from xadmin_compat.patching import Bench, repair


@repair
def text_of_a_log_entry(bench: Bench) -> None:
    """xadmin.models calls ngettext_lazy by the name of ugettext: str() of an entry wanted three arguments."""
    bench.put("xadmin.models:ugettext", gettext)
