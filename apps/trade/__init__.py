"""The trade itself: cart, orders, payments."""
