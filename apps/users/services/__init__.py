"""How the world of users changes."""
