"""Routes of the OpenID provider. The issuer is `/oauth`, and whoever knows it finds the others by discovery."""

from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from oauth2_provider.views import JwksInfoView

from apps.users.api.views import openid_calls, openid_pages

app_name = "oauth2_provider"  # by which the toolkit finds them

urlpatterns = [
    path(".well-known/openid-configuration", openid_calls.DiscoveryView.as_view(), name="oidc-connect-discovery-info"),
    path("jwks/", JwksInfoView.as_view(), name="jwks-info"),
    path("authorize/", openid_pages.AuthorizeView.as_view(), name="authorize"),
    path("login/", openid_pages.LogInView.as_view(), name="log-in"),
    path("logout/", openid_pages.LogOutView.as_view(), name="log-out"),
    path("token/", csrf_exempt(openid_calls.TokenView.as_view()), name="token"),
    path("revoke/", csrf_exempt(openid_calls.RevokeView.as_view()), name="revoke-token"),
    path("userinfo/", csrf_exempt(openid_calls.UserInfoView.as_view()), name="user-info"),
]
