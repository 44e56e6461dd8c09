"""How staff see the catalogue. Prices, stock and the tree's places are written by their services alone."""

from apps.goods.adminx import brands, catalogue, categories, display, ledgers, skus

__all__ = ["brands", "catalogue", "categories", "display", "ledgers", "skus"]
