"""Provinces, cities and districts with their GB codes."""
