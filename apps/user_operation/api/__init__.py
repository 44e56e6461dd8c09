"""The HTTP interface of user_operation."""
