"""What the sample shop's home page shows: banners, hot words, and the goods shown large in each section."""

from collections.abc import Mapping

from apps.goods.models import Banner, Goods, HotWord, IndexAd
from mxshop.sample.pictures import Subject, banner

# The article a banner leads to, its picture between two others, and the backdrop.
BANNERS = {
    "FRUIT-009": ("strawberry red", "grapes violet", "orange orange", "pink"),
    "SEAFOOD-004": ("prawn coral", "fish sky", "crab red", "sky"),
    "BAKERY-001": ("carton sky drops white", "bread tan", "croissant amber", "amber"),
    "DRINKS-001": ("tin forest flower lime", "teapot brown", "bowl blue", "lime"),
    "KITCHEN-006": ("pot red", "plates teal", "mug coral", "coral"),
    "HOME-010": ("shirt blue", "socks coral", "tote cream", "violet"),
}
# The highest position comes first.
HOT_WORDS = ("草莓", "牛排", "咖啡", "大米", "抽纸", "酸奶", "茶")
# One article of each shelf.
ADS = (
    "FRUIT-001", "VEGETABLES-003", "MEAT-001", "SEAFOOD-005", "BAKERY-006",
    "STAPLES-001", "SNACKS-002", "DRINKS-004", "KITCHEN-005", "HOME-008",
)  # fmt: skip


def furnish_home_page(goods: Mapping[str, Goods]) -> None:
    """Create what the home page shows; `goods` are those of the sample, by number."""
    for position, (number, (subject, left, right, backdrop)) in enumerate(BANNERS.items()):
        picture = banner(
            Subject.named(subject), left=Subject.named(left), right=Subject.named(right), backdrop=backdrop
        )
        Banner.objects.create(goods=goods[number], image=picture, position=position)
    for position, word in enumerate(reversed(HOT_WORDS)):
        HotWord.objects.create(word=word, position=position)
    for number in ADS:
        top_id = int(goods[number].category.path.split("/")[1])
        IndexAd.objects.create(category_id=top_id, goods=goods[number])
