import pytest

from apps.common.imports import Verdict
from apps.goods.tests.factories import GoodsFactory
from apps.user_operation.models import Review
from apps.user_operation.services.review_imports import ReviewRow, import_reviews

pytestmark = pytest.mark.django_db

CREATED, UPDATED, UNCHANGED, REFUSED = Verdict


def test_imported_reviews_have_no_author_and_follow_the_rows() -> None:
    lamp = GoodsFactory(source="test", source_key="7")
    bright = ReviewRow(
        key="1", goods_key="7", rating=5, content="很亮", reply="谢谢", image_urls=("https://x.example/1.jpg",)
    )
    dark = ReviewRow(key="2", goods_key="7", rating=1)

    assert [outcome.verdict for outcome in import_reviews(rows=[bright, dark], source="test")] == [CREATED, CREATED]
    assert list(
        Review.objects.order_by("pk").values_list("goods", "user", "rating", "content", "reply", "image_urls")
    ) == [
        (lamp.pk, None, 5, "很亮", "谢谢", ["https://x.example/1.jpg"]),
        (lamp.pk, None, 1, "", "", []),
    ]

    darker = ReviewRow(key="2", goods_key="7", rating=2, content="更暗")
    assert [outcome.verdict for outcome in import_reviews(rows=[bright, darker], source="test")] == [UNCHANGED, UPDATED]
    assert list(Review.objects.order_by("pk").values_list("rating", "content")) == [(5, "很亮"), (2, "更暗")]


def test_a_review_of_unknown_goods_is_refused() -> None:
    GoodsFactory(source="another", source_key="7")

    [outcome] = import_reviews(rows=[ReviewRow(key="1", goods_key="7", rating=5)], source="test")

    assert (outcome.verdict, str(outcome.reason)) == (REFUSED, "没有商品“7”。")
    assert not Review.objects.exists()


def test_a_dry_run_counts_on_goods_that_are_expected_and_writes_nothing() -> None:
    rows = [ReviewRow(key="1", goods_key="7", rating=5), ReviewRow(key="2", goods_key="8", rating=5)]

    outcomes = import_reviews(rows=rows, source="test", expected={"7"}, dry_run=True)

    assert [outcome.verdict for outcome in outcomes] == [CREATED, REFUSED]
    assert not Review.objects.exists()
