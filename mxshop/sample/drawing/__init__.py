"""The artist of the sample shop: flat illustrations, drawn by code, without fonts or files."""
