"""The routes of the catalogue: parse, call, print."""
