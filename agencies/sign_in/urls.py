"""The URLs of agencies.sign_in."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path

from agencies.sign_in import views
from agencies.sign_in.provider_views import FromProvider, ToProvider

urlpatterns = [
    path("login/", views.SignIn.as_view(), name="login"),
    path("login/again/", views.sign_in_again, name="sign_in_again"),
    path("login/code/", views.sign_in_code, name="sign_in_code"),
    path("login/provider/", login_not_required(ToProvider.as_view()), name="to_provider"),
    path("login/provider/back/", login_not_required(FromProvider.as_view()), name="from_provider"),
    path("logout/", views.sign_out, name="logout"),
    path("password/", views.password_change, name="password_change"),
    path("me/", views.profile, name="profile"),
    path("me/sessions/", views.sessions_end, name="sessions_end"),
    path("me/second-factor/", views.own_second_factor, name="second_factor"),
    path("me/second-factor/off/", views.own_second_factor_off, name="second_factor_off"),
]
