"""Loaders: catalogues from files into the shop, through its services, with every row accounted for."""
