"""What a list of notices can be narrowed by."""

import django_filters

from apps.notifications.models import Notice


class NoticeFilter(django_filters.FilterSet):
    """Only what is new, or only what is not."""

    unread = django_filters.BooleanFilter(field_name="read_at", lookup_expr="isnull")

    class Meta:
        model = Notice
        fields = ["unread"]
