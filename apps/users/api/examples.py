"""What the documents show of tokens and accounts."""

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzaWQiOiIuLi4ifQ.c2lnbmF0dXJl"  # noqa: S105  an example that opens nothing
PROFILE = {
    "username": "13800000001",
    "name": "Alice",
    "birthday": "1990-01-31",
    "gender": "female",
    "email": "alice@example.com",
    "mobile": "13800000001",
    "avatar": "/static/mxshop/placeholder.svg",
}
