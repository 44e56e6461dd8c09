"""The routes of accounts: parse, call, print."""
