#!/usr/bin/env python
"""The operator's door to the shop: `manage.py help` lists every command."""

import sys

from django.core.management import execute_from_command_line

from mxshop.environment import select_settings

if __name__ == "__main__":
    select_settings()
    execute_from_command_line(sys.argv)
