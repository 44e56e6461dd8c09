"""Reviews: staff answer them, and may take one away; what buyers wrote is not theirs to change."""

from django.contrib.admin import display
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from xadmin.layout import Fieldset
from xadmin.sites import site

from apps.user_operation.models import Review

WEB = ("https://", "http://")


class ReviewAdmin:
    """What buyers say of goods. Imported reviews have no author."""

    model_icon = "fa fa-comment-o"
    remove_permissions = ["add"]
    list_display = ("goods", "rating", "excerpt", "user", "is_answered", "source", "created_at")
    list_filter = ("rating", "source", "created_at")
    search_fields = ("goods__name", "content", "user__username")
    readonly_fields = ("goods", "user", "rating", "content", "pictures", "source", "created_at")
    exclude = ("image_urls",)
    list_exclude = ("image_urls", "source_key")
    detail_layout = form_layout = (
        Fieldset("", *readonly_fields, css_class="unsort no_title"),
        Fieldset("", "reply", css_class="unsort no_title"),
    )
    detail_show_all = False

    @display(description=_("content"))
    def excerpt(self, review: Review) -> str:
        return Truncator(review.content).chars(40)

    @display(description=_("answered"), boolean=True)
    def is_answered(self, review: Review) -> bool:
        return bool(review.reply)

    @display(description=_("pictures"))
    def pictures(self, review: Review) -> str:
        """Link to the pictures: they lie on other hosts, which are not to learn who looks at this page."""
        return format_html_join(" ", "{}", ((_link(str(address)),) for address in review.image_urls))


def _link(address: str) -> str:
    if not address.startswith(WEB):
        return address
    return format_html('<a href="{0}" target="_blank" rel="noopener noreferrer">{0}</a>', address)


site.register(Review, ReviewAdmin)
