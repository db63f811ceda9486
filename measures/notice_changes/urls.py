"""The URLs of measures.notice_changes."""

from django.urls import path

from measures.notice_changes import revision_views, views

urlpatterns = [
    path("gaps/", views.gaps, name="gaps"),
    path("gaps/<int:pk>/", views.gap, name="gap"),
    path("revisions/", revision_views.revisions, name="revisions"),
    path("measures/<int:pk>/revise/", revision_views.revise, name="revise"),
    path("sections/<int:pk>/add-measure/", revision_views.measure_add, name="measure_add"),
    path("notice-changes/<int:pk>/", revision_views.change, name="change"),
    path("notice-changes/<int:pk>/decide/", views.change_decide, name="change_decide"),
    path("notice-changes/<int:pk>/withdraw/", views.change_withdraw, name="change_withdraw"),
    path("notice-changes/<int:pk>/drop/", views.change_drop, name="change_drop"),
    path("notice-changes/<int:pk>/take-back/", views.change_take_back, name="change_take_back"),
    path("notice-change-files/<int:pk>/", views.change_file, name="change_file"),
]
