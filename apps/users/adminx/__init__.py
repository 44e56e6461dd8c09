"""How staff see users. Rights are given by superusers alone, and staff accounts exist only for them."""

from apps.users.adminx import codes, profiles, sessions

__all__ = ["codes", "profiles", "sessions"]
