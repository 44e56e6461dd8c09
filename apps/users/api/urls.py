"""Routes of users, as the contract names them."""

from django.urls import URLPattern, URLResolver, include, path
from rest_framework.routers import SimpleRouter

from apps.users.api.views import (
    accounts,
    bindings,
    codes,
    confirmation,
    contacts,
    devices,
    email_links,
    email_registration,
    passwords,
    privacy,
    scans,
    staff,
    third_parties,
    tickets,
    ways_in,
)

router = SimpleRouter(use_regex_path=False)  # ids here are UUIDs, which Django's own converter reads
router.register("devices", devices.DeviceViewSet, basename="devices")
router.register("scans", scans.ScanViewSet, basename="scans")
router.register("scans", scans.PhoneScanViewSet, basename="phone-scans")

urlpatterns: list[URLPattern | URLResolver] = [
    path("code/", codes.CodeView.as_view(), name="code"),
    path("login/", ways_in.LoginView.as_view(), name="login"),
    path("login/code/", ways_in.CodeLoginView.as_view(), name="login-by-code"),
    path("login/providers/", third_parties.ProvidersView.as_view(), name="login-providers"),
    path("login/<slug:provider>/", third_parties.BeginView.as_view(), name="third-party-log-in"),
    path("login/<slug:provider>/callback/", third_parties.CallbackView.as_view(), name="third-party-callback"),
    path("bindings/", bindings.BindingViewSet.as_view({"get": "list"}), name="bindings"),
    path(
        "bindings/<slug:provider>/",
        bindings.BindingViewSet.as_view({"post": "begin"}),
        name="binding",
    ),
    path("bindings/<slug:provider>/unbind/", bindings.BindingViewSet.as_view({"post": "unbind"}), name="unbind"),
    path("sandbox/weixin/", include("apps.users.sandbox.urls")),
    path("logout/", ways_in.LogoutView.as_view(), name="logout"),
    path("token/refresh/", devices.RefreshView.as_view(), name="refresh"),
    path("staff/login/", staff.StaffLoginView.as_view(), name="staff-login"),
    path("staff/logout/", staff.StaffLogoutView.as_view(), name="staff-logout"),
    path("tickets/", tickets.TicketView.as_view(), name="tickets"),
    path("tickets/exchange/", tickets.TicketExchangeView.as_view(), name="ticket-exchange"),
    path("users/", accounts.UsersView.as_view(), name="users"),
    path("users/by-email/", email_registration.EmailRegistrationView.as_view(), name="register-by-email"),
    path("users/by-email/resend/", email_registration.LinkAgainView.as_view(), name="link-again"),
    path("users/activate/", email_links.ActivationView.as_view(), name="activate"),
    path("users/password/", passwords.PasswordView.as_view(), name="password"),
    path("users/password/reset/", passwords.PasswordResetView.as_view(), name="password-reset"),
    path("users/confirmation/", confirmation.ConfirmationView.as_view(), name="confirmation"),
    path("users/mobile/", contacts.MobileView.as_view(), name="mobile"),
    path("users/mobile/codes/", contacts.MobileCodesView.as_view(), name="mobile-codes"),
    path("users/email/", contacts.EmailView.as_view(), name="email"),
    path("users/email/link/", email_links.OwnLinkView.as_view(), name="email-link"),
    path("users/email/codes/", contacts.EmailCodesView.as_view(), name="email-codes"),
    path("users/export/", privacy.ExportView.as_view(), name="export"),
    path("users/erasure/", privacy.ErasureView.as_view(), name="erasure"),
    path("users/<str:any_id>/", accounts.AnyIdView.as_view(), name="own-record"),
    *router.urls,
]
