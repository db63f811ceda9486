"""The URLs of measures.approvals."""

from django.urls import path

from measures.approvals import views

urlpatterns = [
    path("approvals/", views.approvals, name="approvals"),
    path("approvals/settled/", views.approvals_settled, name="approvals_settled"),
    path("approvals/<slug:kind>/<int:pk>/", views.approval, name="approval"),
    path(
        "approvals/<slug:kind>/<int:pk>/decide/",
        views.approval_decide,
        name="approval_decide",
    ),
    path(
        "approvals/<slug:kind>/<int:pk>/withdraw/",
        views.approval_withdraw,
        name="approval_withdraw",
    ),
    path("measures/<int:pk>/due-date/", views.due_date, name="due_date"),
    path("measures/<int:pk>/closing/", views.closing, name="closing"),
    path("closings/<int:pk>/reopen/", views.closing_reopen, name="closing_reopen"),
    path("closing-files/<int:pk>/", views.closing_file, name="closing_file"),
]
