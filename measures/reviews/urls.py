"""The URLs of measures.reviews."""

from django.urls import path

from measures.reviews import filing_views, objection_views, views

REASONED = filing_views.filing_reasoned

urlpatterns = [
    path("filings/<int:pk>/", filing_views.filing, name="filing"),
    path("reviews/", views.reviews_page, name="reviews"),
    path("reviews/inner/", views.inner_approval, name="inner_approval"),
    path("reviews/decided/", views.reviews_decided, name="reviews_decided"),
    path(
        "reviews/accept-unchanged/",
        views.reviews_accept_unchanged,
        name="reviews_accept_unchanged",
    ),
    path(
        "reviews/approve-unchanged/",
        views.reviews_approve_unchanged,
        name="reviews_approve_unchanged",
    ),
    path("reviews/<int:pk>/", views.review, name="review"),
    path("reviews/<int:pk>/begin/", views.review_begin, name="review_begin"),
    path("reviews/<int:pk>/take-over/", views.review_take_over, name="review_take_over"),
    path("reviews/<int:pk>/accept/", views.review_accept, name="review_accept"),
    path("reviews/<int:pk>/return/", views.review_return, name="review_return"),
    path("reviews/<int:pk>/approve/", views.review_approve, name="review_approve"),
    path("reviews/<int:pk>/send-back/", views.review_send_back, name="review_send_back"),
    path("measures/<int:pk>/object/", objection_views.measure_object, name="measure_object"),
    path("filings/<int:pk>/drop/", filing_views.filing_drop, name="filing_drop"),
    path("filings/<int:pk>/unaccept/", filing_views.filing_unaccept, name="filing_unaccept"),
    path("filings/<int:pk>/correct/", REASONED, {"name": "correct"}, name="filing_correct"),
    path("filings/<int:pk>/waive/", REASONED, {"name": "waive"}, name="filing_waive"),
    path("filings/<int:pk>/unwaive/", REASONED, {"name": "unwaive"}, name="filing_unwaive"),
    path("filings/<int:pk>/write-off/", REASONED, {"name": "write_off"}, name="filing_write_off"),
    path(
        "filings/<int:pk>/restore-debt/",
        REASONED,
        {"name": "restore_debt"},
        name="filing_restore_debt",
    ),
    path("filings/<int:pk>/release/", views.filing_release, name="filing_release"),
    path("filings/<int:pk>/remark/", filing_views.filing_remark, name="filing_remark"),
    path("filings/<int:pk>/object/", objection_views.filing_object, name="filing_object"),
    path("objections/", objection_views.objections, name="objections"),
    path("objections/<int:pk>/", objection_views.objection, name="objection"),
    path("objections/<int:pk>/decide/", objection_views.objection_decide, name="objection_decide"),
]
