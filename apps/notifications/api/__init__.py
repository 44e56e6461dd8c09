"""The HTTP interface of notifications."""
