"""The HTTP interface of goods."""
