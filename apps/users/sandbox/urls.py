"""Routes of the sandbox."""

from django.urls import path

from apps.users.sandbox.views import AskView

urlpatterns = [path("qrconnect", AskView.as_view(), name="sandbox-weixin")]
