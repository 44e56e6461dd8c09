"""How accounts are read from and written to the wire."""
