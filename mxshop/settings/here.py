"""Where this shop is: its folders, and the addresses it is reached at."""

import sys
from pathlib import Path

from mxshop.settings import variables as env

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = BASE_DIR / "var"
VAR_DIR.mkdir(exist_ok=True)
sys.path.insert(0, str(BASE_DIR / "extra_apps"))

PORT = env.number("PORT", default=8000)
# Where the outside world reaches the shop. Addresses in answers start with it when it is set and are
# root-relative otherwise; they are never built from the Host header.
MXSHOP_PUBLIC_URL = env.web_address("MXSHOP_PUBLIC_URL")
