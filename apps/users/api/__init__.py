"""The users' HTTP interface."""
