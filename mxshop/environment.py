"""Which of the four environments this process runs in."""

import os

ENVIRONMENTS = ("development", "test", "staging", "production")


def select_settings() -> None:
    """Point Django at the settings of `MXSHOP_ENV` (development when unset).

    Raises SystemExit for an unknown name: a typing error must not start a shop with other settings than meant.
    """
    name = os.environ.get("MXSHOP_ENV") or "development"
    if name not in ENVIRONMENTS:
        raise SystemExit(f"MXSHOP_ENV is {name!r}; it must be one of: {', '.join(ENVIRONMENTS)}")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"mxshop.settings.{name}")
