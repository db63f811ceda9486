"""The addresses of agencies.sign_in."""

from django.urls import path

from agencies.sign_in import views

urlpatterns = [
    path("login/", views.SignIn.as_view(), name="login"),
    path("login/again/", views.sign_in_again, name="sign_in_again"),
    path("logout/", views.sign_out, name="logout"),
    path("password/", views.password_change, name="password_change"),
    path("me/", views.profile, name="profile"),
    path("me/sessions/", views.sessions_end, name="sessions_end"),
]
