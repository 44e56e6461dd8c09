"""What an order costs, beside the same order in raw SQL: `make bench`."""
