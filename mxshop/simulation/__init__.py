"""A small shop that lives through days of its own: buyers, staff, and gateways that have bad days."""
