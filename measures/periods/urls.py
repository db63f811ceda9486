"""The URLs of measures.periods."""

from django.urls import path

from measures.periods import alternate_filing_views, calendar_views, short_notice_views, views

urlpatterns = [
    path("periods/", views.periods, name="periods"),
    path("periods/new/", views.period_create, name="period_create"),
    path("periods/<int:pk>/", views.period, name="period"),
    path("periods/<int:pk>/extend/", views.period_extend, name="period_extend"),
    path("periods/<int:pk>/reopen/", views.period_reopen, name="period_reopen"),
    path("periods/<int:pk>/take-back/", views.period_take_back, name="period_take_back"),
    path("periods/<int:pk>/delete/", views.period_delete, name="period_delete"),
    path("periods/alternate/", alternate_filing_views.alternates, name="alternates"),
    path(
        "periods/alternate/<int:pk>/end/",
        alternate_filing_views.alternate_end,
        name="alternate_end",
    ),
    path("periods/<int:pk>/short-notice/", short_notice_views.short_notice, name="short_notice"),
    path(
        "periods/<int:pk>/short-notice/decide/",
        short_notice_views.short_notice_decide,
        name="short_notice_decide",
    ),
    path("filings/<int:pk>/extend/", views.filing_extend, name="filing_extend"),
    path("calendar/", calendar_views.calendar, name="calendar"),
    path("calendar/set/", calendar_views.calendar_set, name="calendar_set"),
    path("calendar/<int:pk>/clear/", calendar_views.calendar_clear, name="calendar_clear"),
    path("calendar/published/", calendar_views.calendar_published, name="calendar_published"),
    path("calendar/import/", calendar_views.calendar_import, name="calendar_import"),
    path("periods/<int:pk>/open/", views.period_open, name="period_open"),
    path("periods/<int:pk>/close/", views.period_close, name="period_close"),
]
