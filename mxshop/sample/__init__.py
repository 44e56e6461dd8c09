"""A whole invented shop, to look at, to try and to test with."""
