"""Profiles, deleted users, roles, device sessions, verify codes."""

from apps.users.models.codes import CodeAllowance, VerifyCode
from apps.users.models.deletions import DeletedUser
from apps.users.models.profiles import UserProfile
from apps.users.models.roles import Role, RoleGrant
from apps.users.models.sessions import DeviceSession

__all__ = ["CodeAllowance", "DeletedUser", "DeviceSession", "Role", "RoleGrant", "UserProfile", "VerifyCode"]
