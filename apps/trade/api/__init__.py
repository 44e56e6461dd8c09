"""The HTTP interface of trade."""
