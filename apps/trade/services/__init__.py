"""How the world of trade changes."""
