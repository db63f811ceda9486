"""The URLs of agencies.accounts."""

from django.urls import path

from agencies.accounts import views

urlpatterns = [
    path("accounts/", views.accounts, name="accounts"),
    path("accounts/new/", views.account_create, name="account_create"),
    path("accounts/review/", views.access_review, name="access_review"),
    path("accounts/admins/", views.admins, name="admins"),
    path("accounts/admins/<int:pk>/", views.admin_request, name="admin_request"),
    path(
        "accounts/admins/requests/<int:pk>/",
        views.admin_request_decide,
        name="admin_request_decide",
    ),
    path("accounts/<int:pk>/", views.account, name="account"),
    path("accounts/<int:pk>/reset/", views.account_reset, name="account_reset"),
    path(
        "accounts/<int:pk>/second-factor/",
        views.account_second_factor,
        name="account_second_factor",
    ),
    path("accounts/<int:pk>/active/", views.account_active, name="account_active"),
    path("accounts/<int:pk>/email/", views.account_email, name="account_email"),
    path("accounts/<int:pk>/identity/", views.account_identity, name="account_identity"),
    path("accounts/<int:pk>/unlock/", views.account_unlock, name="account_unlock"),
    path("accounts/<int:pk>/memberships/", views.membership_grant, name="membership_grant"),
    path(
        "accounts/<int:pk>/memberships/<int:membership_pk>/end/",
        views.membership_end,
        name="membership_end",
    ),
    path("accounts/<int:pk>/handover/", views.handover, name="handover"),
]
