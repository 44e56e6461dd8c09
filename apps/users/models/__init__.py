"""Profiles, deleted users, roles, sessions, verify codes, log-ins by scanning or third parties, second factors."""

from apps.users.models.bindings import SocialBinding
from apps.users.models.codes import CodeAllowance, VerifyCode
from apps.users.models.deletions import DeletedUser
from apps.users.models.profiles import UserProfile
from apps.users.models.roles import Role, RoleGrant
from apps.users.models.scans import ScanLogin
from apps.users.models.second_factors import RecoveryCode, SecondFactor
from apps.users.models.sessions import DeviceSession

__all__ = [
    "CodeAllowance",
    "DeletedUser",
    "DeviceSession",
    "RecoveryCode",
    "Role",
    "RoleGrant",
    "ScanLogin",
    "SecondFactor",
    "SocialBinding",
    "UserProfile",
    "VerifyCode",
]
