"""Settings of the four environments; `mxshop.environment` chooses one."""
