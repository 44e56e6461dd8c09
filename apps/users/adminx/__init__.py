"""How staff see users. Rights are given by superusers alone, and staff accounts exist only for them."""

from xadmin.plugins.auth import ChangeAccountPasswordView, ChangePasswordView
from xadmin.sites import site
from xadmin.views import LoginView

from apps.users.adminx.bindings import SocialBindingAdmin
from apps.users.adminx.codes import CodeAllowanceAdmin, VerifyCodeAdmin
from apps.users.adminx.deletions import DeletedUserAdmin
from apps.users.adminx.door import Door
from apps.users.adminx.passwords import OwnPasswordOptions, PasswordOptions
from apps.users.adminx.profiles import UserProfileAdmin
from apps.users.adminx.roles import RoleAdmin, RoleGrantAdmin
from apps.users.adminx.scans import ScanLoginAdmin
from apps.users.adminx.second_factors import RecoveryCodeAdmin, SecondFactorAdmin, SecondFactorView
from apps.users.adminx.sessions import DeviceSessionAdmin
from apps.users.adminx.sisters import AppLoginAdmin, SisterAppAdmin
from apps.users.models import (
    AppLogin,
    CodeAllowance,
    DeletedUser,
    DeviceSession,
    RecoveryCode,
    Role,
    RoleGrant,
    ScanLogin,
    SecondFactor,
    SisterApp,
    SocialBinding,
    UserProfile,
    VerifyCode,
)

site.unregister(UserProfile)  # xadmin's own gives every right to whoever may change users
# In the order of the menu.
site.register(UserProfile, UserProfileAdmin)
site.register(DeletedUser, DeletedUserAdmin)
site.register(Role, RoleAdmin)
site.register(RoleGrant, RoleGrantAdmin)
site.register(DeviceSession, DeviceSessionAdmin)
site.register(ScanLogin, ScanLoginAdmin)
site.register(SocialBinding, SocialBindingAdmin)
site.register(SisterApp, SisterAppAdmin)
site.register(AppLogin, AppLoginAdmin)
site.register(SecondFactor, SecondFactorAdmin)
site.register(RecoveryCode, RecoveryCodeAdmin)
site.register(VerifyCode, VerifyCodeAdmin)
site.register(CodeAllowance, CodeAllowanceAdmin)
site.register(ChangePasswordView, PasswordOptions)
site.register(ChangeAccountPasswordView, OwnPasswordOptions)
site.register(LoginView, Door)
site.register_view(r"^second-factor/$", SecondFactorView, name="second_factor")
