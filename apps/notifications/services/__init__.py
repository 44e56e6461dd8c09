"""How the world of notifications changes."""
