"""The sandbox's pages and answers; without the sandbox there are none."""
