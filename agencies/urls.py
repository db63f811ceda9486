"""The addresses of this app."""

from django.urls import path

from agencies.views import accounts, audit, handover, inbox, sign_in

app_name = "agencies"
urlpatterns = [
    path("login/", sign_in.SignIn.as_view(), name="login"),
    path("login/again/", sign_in.sign_in_again, name="sign_in_again"),
    path("logout/", sign_in.sign_out, name="logout"),
    path("password/", sign_in.password_change, name="password_change"),
    path("me/", sign_in.profile, name="profile"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/read/", inbox.inbox_read_all, name="inbox_read_all"),
    path("inbox/<int:pk>/", inbox.message, name="message"),
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/new/", accounts.account_create, name="account_create"),
    path("accounts/<int:pk>/", accounts.account, name="account"),
    path("accounts/<int:pk>/reset/", accounts.account_reset, name="account_reset"),
    path("accounts/<int:pk>/active/", accounts.account_active, name="account_active"),
    path("accounts/<int:pk>/unlock/", accounts.account_unlock, name="account_unlock"),
    path("accounts/<int:pk>/memberships/", accounts.membership_grant, name="membership_grant"),
    path(
        "accounts/<int:pk>/memberships/<int:membership_pk>/end/",
        accounts.membership_end,
        name="membership_end",
    ),
    path("accounts/<int:pk>/handover/", handover.handover, name="handover"),
    path("audit/", audit.audit_trail, name="audit"),
]
