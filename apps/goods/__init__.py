"""What is sold: categories, brands, goods, SKUs, their stock and its ledger."""
