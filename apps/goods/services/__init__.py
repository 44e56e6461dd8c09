"""How the catalogue and the stock change."""
