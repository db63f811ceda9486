"""The URLs of measures.indicators."""

from django.urls import path

from measures.indicators import milestone_views, views

urlpatterns = [
    path("measures/<int:pk>/milestones/", milestone_views.milestones, name="milestones"),
    path("measures/<int:pk>/milestones/<int:row_pk>/", milestone_views.milestone, name="milestone"),
    path(
        "measures/<int:pk>/milestones/<int:row_pk>/done/",
        milestone_views.milestone_done,
        name="milestone_done",
    ),
    path(
        "measures/<int:pk>/milestones/<int:row_pk>/undo/",
        milestone_views.milestone_undo,
        name="milestone_undo",
    ),
    path(
        "measures/<int:pk>/milestones/<int:row_pk>/remove/",
        milestone_views.milestone_remove,
        name="milestone_remove",
    ),
    path("measures/<int:pk>/indicators/", views.indicators, name="indicators"),
    path("indicators/<int:pk>/", views.indicator, name="indicator"),
    path("indicators/<int:pk>/edit/", views.indicator_edit, name="indicator_edit"),
    path("indicators/<int:pk>/retire/", views.indicator_retire, name="indicator_retire"),
    path("indicators/<int:pk>/remove/", views.indicator_remove, name="indicator_remove"),
    path("indicators/<int:pk>/value/", views.indicator_value, name="indicator_value"),
    path("indicators/<int:pk>/baseline/", views.indicator_baseline, name="indicator_baseline"),
    path("indicators/<int:pk>/target/", views.indicator_target, name="indicator_target"),
    path("targets/<int:pk>/", views.target, name="target"),
    path("targets/<int:pk>/remove/", views.target_remove, name="target_remove"),
    path("values/<int:pk>/withdraw/", views.value_withdraw, name="value_withdraw"),
]
