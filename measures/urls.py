"""The addresses of this app."""

from django.urls import path

from measures.views import filing, gaps, measure, my_filings, periods, reviews

app_name = "measures"
urlpatterns = [
    path("measures/<int:pk>/", measure.measure, name="measure"),
    path("filings/", my_filings.my_filings, name="my_filings"),
    path("filings/<int:pk>/", filing.filing, name="filing"),
    path("filings/<int:pk>/save/", my_filings.filing_save, name="filing_save"),
    path("filings/<int:pk>/submit/", my_filings.filing_submit, name="filing_submit"),
    path("filings/<int:pk>/withdraw/", my_filings.filing_withdraw, name="filing_withdraw"),
    path("reviews/", reviews.reviews_page, name="reviews"),
    path("reviews/inner/", reviews.inner_approval, name="inner_approval"),
    path("reviews/<int:pk>/", reviews.review, name="review"),
    path("reviews/<int:pk>/begin/", reviews.review_begin, name="review_begin"),
    path("reviews/<int:pk>/accept/", reviews.review_accept, name="review_accept"),
    path("reviews/<int:pk>/return/", reviews.review_return, name="review_return"),
    path("reviews/<int:pk>/approve/", reviews.review_approve, name="review_approve"),
    path("reviews/<int:pk>/send-back/", reviews.review_send_back, name="review_send_back"),
    path("periods/", periods.periods, name="periods"),
    path("periods/<int:pk>/open/", periods.period_open, name="period_open"),
    path("periods/<int:pk>/close/", periods.period_close, name="period_close"),
    path("gaps/", gaps.gaps, name="gaps"),
]
