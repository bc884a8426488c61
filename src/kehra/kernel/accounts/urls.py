"""Signing in and out, and choosing the role."""

from django.urls import path

from kehra.kernel.accounts import views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("oidc/callback/", views.come_back, name="come_back"),
    path("sign-in/failed/", views.sign_in_failed, name="sign_in_failed"),
    path("sign-in/no-access/", views.no_access, name="no_access"),
    path("role/", views.role, name="role"),
    path("session/keep/", views.keep, name="keep"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("signed-out/", views.signed_out, name="signed_out"),
]
