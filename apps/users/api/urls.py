"""Routes of users, as the contract names them."""

from django.urls import URLPattern, URLResolver, path

from apps.users.api import privacy, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("code/", views.CodeView.as_view(), name="code"),
    path("login/", views.LoginView.as_view(), name="login"),
    path("logout/", views.LogoutView.as_view(), name="logout"),
    path("users/", views.UsersView.as_view(), name="users"),
    path("users/password/", views.PasswordView.as_view(), name="password"),
    path("users/export/", privacy.ExportView.as_view(), name="export"),
    path("users/erasure/", privacy.ErasureView.as_view(), name="erasure"),
    path("users/<str:any_id>/", views.AnyIdView.as_view(), name="own-record"),
]
