import threading

import pytest
from django.db import connection, transaction

from apps.common.exceptions import InvalidInput
from apps.goods.exceptions import CategoryLoop
from apps.goods.models import Category
from apps.goods.services.categories import create_category, move_category, rebuild_paths

pytestmark = pytest.mark.django_db


def tree() -> dict[str, tuple[str, int]]:
    """Each category's place, its path told in names."""
    names = {row.pk: row.name for row in Category.objects.all()}
    return {
        row.name: ("/".join(names[int(key)] for key in row.path.strip("/").split("/")), row.level)
        for row in Category.objects.all()
    }


@pytest.fixture
def food() -> Category:
    return create_category(name="food")


@pytest.fixture
def fruit(food: Category) -> Category:
    return create_category(name="fruit", parent=food)


@pytest.fixture
def apples(fruit: Category) -> Category:
    return create_category(name="apples", parent=fruit)


def test_a_new_category_knows_its_place(apples: Category) -> None:
    assert tree() == {"food": ("food", 1), "fruit": ("food/fruit", 2), "apples": ("food/fruit/apples", 3)}


def test_a_move_takes_the_whole_subtree_along(fruit: Category, apples: Category) -> None:
    garden = create_category(name="garden")
    shed = create_category(name="shed", parent=garden)

    move_category(category=fruit, parent=shed)

    assert tree() == {
        "food": ("food", 1),
        "garden": ("garden", 1),
        "shed": ("garden/shed", 2),
        "fruit": ("garden/shed/fruit", 3),
        "apples": ("garden/shed/fruit/apples", 4),
    }
    assert (fruit.level, fruit.path) == (3, Category.objects.get(pk=fruit.pk).path)


def test_a_category_can_become_a_top(fruit: Category, apples: Category) -> None:
    move_category(category=fruit, parent=None)

    assert tree() == {"food": ("food", 1), "fruit": ("fruit", 1), "apples": ("fruit/apples", 2)}
    assert Category.objects.get(name="fruit").parent is None


@pytest.mark.parametrize("below", ["food", "fruit", "apples"])
def test_a_category_never_stands_below_itself(food: Category, apples: Category, below: str) -> None:
    before = tree()

    with pytest.raises(CategoryLoop):
        move_category(category=food, parent=Category.objects.get(name=below))

    assert tree() == before


def test_a_loop_that_a_form_saved_already_is_undone(food: Category, apples: Category) -> None:
    before = tree()

    with pytest.raises(CategoryLoop), transaction.atomic():  # noqa: PT012  one transaction is what it is about
        Category.objects.filter(pk=food.pk).update(parent=apples)
        move_category(category=food, parent=apples)

    assert tree() == before
    assert Category.objects.get(pk=food.pk).parent is None


def test_a_move_reads_the_tree_as_it_is_now(food: Category, fruit: Category) -> None:
    """The rows in the caller's hands are old: meanwhile somebody else moved food below fruit."""
    stale_fruit = Category.objects.get(pk=fruit.pk)
    move_category(category=fruit, parent=None)
    move_category(category=food, parent=fruit)

    with pytest.raises(CategoryLoop):
        move_category(category=stale_fruit, parent=food)

    assert tree() == {"fruit": ("fruit", 1), "food": ("fruit/food", 2)}


def test_a_tree_deeper_than_a_path_can_say_is_refused() -> None:
    category = create_category(name="0")
    with pytest.raises(InvalidInput):  # noqa: PT012  which of them is refused depends on the length of the keys
        for depth in range(1, 400):
            category = create_category(name=str(depth), parent=category)

    assert Category.objects.count() == category.level
    assert len(category.path) <= 700


def test_paths_are_rebuilt_from_parents_in_any_order() -> None:
    child = Category.objects.create(name="child")
    top = Category.objects.create(name="top")
    Category.objects.filter(pk=child.pk).update(parent=top)

    assert rebuild_paths() == 2
    assert rebuild_paths() == 0
    assert tree() == {"top": ("top", 1), "child": ("top/child", 2)}


def test_rebuilding_refuses_rows_that_stand_below_themselves(fruit: Category, apples: Category) -> None:
    Category.objects.filter(pk=fruit.pk).update(parent=apples)
    before = list(Category.objects.order_by("pk").values_list("pk", "path", "level"))

    with pytest.raises(CategoryLoop):
        rebuild_paths()

    assert list(Category.objects.order_by("pk").values_list("pk", "path", "level")) == before


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_moves_at_once_make_no_loop() -> None:
    """Each move alone is allowed; both together would hang each category below the other."""
    one, other = create_category(name="one"), create_category(name="other")
    start = threading.Barrier(2)
    refused: list[str] = []

    def move(category: Category, parent: Category) -> None:
        try:
            start.wait()
            move_category(category=category, parent=parent)
        except CategoryLoop:
            refused.append(category.name)
        finally:
            connection.close()

    movers = [threading.Thread(target=move, args=pair) for pair in ((one, other), (other, one))]
    for mover in movers:
        mover.start()
    for mover in movers:
        mover.join()

    assert len(refused) == 1
    assert sorted(Category.objects.values_list("level", flat=True)) == [1, 2]
    assert rebuild_paths() == 0
