"""How the world of regions changes."""
