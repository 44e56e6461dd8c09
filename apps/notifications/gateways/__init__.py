"""The doors to the outside: the only places that know a provider's addresses, signatures and field names."""
