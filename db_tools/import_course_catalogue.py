#!/usr/bin/env python
"""Load the nested JSON of the course shops into the shop: categories and goods.

`python db_tools/import_course_catalogue.py --help` lists the options; the formats are in `db_tools/README.md`.
"""

import gc
import sys
from pathlib import Path

import django

if __name__ == "__main__":
    # Python looks beside the script; the shop's packages are one folder up.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)
    from mxshop.environment import select_settings

    select_settings()
    django.setup()
    from db_tools.course_catalogue import main

    # All that is imported now stays to the end: looking through it again and again would take a third of the time.
    gc.freeze()
    sys.exit(main())
