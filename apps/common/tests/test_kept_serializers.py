"""Serializers that are kept read and print like new ones, and keep nothing of one request for the next."""

from typing import Any

import pytest
from rest_framework import serializers

from apps.common.kept_serializers import print_row, read


class Wish(serializers.Serializer[Any]):
    name = serializers.CharField(source="wish", max_length=5)
    pieces = serializers.IntegerField(required=False)


def test_each_body_is_read_for_itself() -> None:
    assert read(Wish, {"name": " tea ", "pieces": "2", "more": 1}) == {"wish": "tea", "pieces": 2}
    assert read(Wish, {"name": "milk"}) == {"wish": "milk"}


@pytest.mark.parametrize("body", [{"name": "too long"}, {}, [], "text"])
def test_a_body_is_refused_in_the_words_of_a_new_serializer(body: Any) -> None:
    fresh = Wish(data=body)
    assert not fresh.is_valid()
    with pytest.raises(serializers.ValidationError) as refused:
        read(Wish, body)
    assert refused.value.detail == fresh.errors


def test_no_body_is_a_fault_of_no_field() -> None:
    with pytest.raises(serializers.ValidationError) as refused:
        read(Wish, None)
    assert refused.value.get_codes() == {"non_field_errors": ["null"]}


def test_rows_are_printed_one_after_the_other() -> None:
    assert [print_row(Wish, {"wish": name, "pieces": 1})["name"] for name in ("tea", "milk")] == ["tea", "milk"]
