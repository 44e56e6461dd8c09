"""Which of the four environments this process runs in."""

import os
from pathlib import Path

import environ

ENVIRONMENTS = ("development", "test", "staging", "production")
ENV_FILE = Path(__file__).resolve().parent.parent / ".env"


def select_settings() -> None:
    """Point Django at the settings of `MXSHOP_ENV` (development when unset), and read the variables in `.env`.

    What the process was given wins over the file; the test suite does not read it, and is the same everywhere.
    Raises SystemExit for an unknown name, and for two words that contradict each other: a typing error must not
    start a shop with other settings than meant.
    """
    if os.environ.get("MXSHOP_ENV") != "test" and ENV_FILE.is_file():
        environ.Env.read_env(ENV_FILE)
    name = os.environ.get("MXSHOP_ENV") or "development"
    if name not in ENVIRONMENTS:
        raise SystemExit(f"MXSHOP_ENV is {name!r}; it must be one of: {', '.join(ENVIRONMENTS)}")
    module = f"mxshop.settings.{name}"
    if os.environ.get("MXSHOP_ENV") and os.environ.get("DJANGO_SETTINGS_MODULE", module) != module:
        raise SystemExit(f"MXSHOP_ENV is {name!r}, but DJANGO_SETTINGS_MODULE names other settings; unset one of them")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", module)
