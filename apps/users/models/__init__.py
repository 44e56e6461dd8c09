"""Profiles, deleted users, roles, sessions, codes, log-ins by scanning, third parties and for sister applications."""

from apps.users.models.bindings import SocialBinding
from apps.users.models.codes import CodeAllowance, VerifyCode
from apps.users.models.deletions import DeletedUser
from apps.users.models.profiles import UserProfile
from apps.users.models.roles import Role, RoleGrant
from apps.users.models.scans import ScanLogin
from apps.users.models.second_factors import RecoveryCode, SecondFactor
from apps.users.models.sessions import DeviceSession
from apps.users.models.sisters import AppLogin, SisterApp

__all__ = [
    "AppLogin",
    "CodeAllowance",
    "DeletedUser",
    "DeviceSession",
    "RecoveryCode",
    "Role",
    "RoleGrant",
    "ScanLogin",
    "SecondFactor",
    "SisterApp",
    "SocialBinding",
    "UserProfile",
    "VerifyCode",
]
