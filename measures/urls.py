"""The addresses of this app."""

from django.urls import path

from measures.approvals import request_views
from measures.approvals import views as approvals
from measures.filings import evidence_views
from measures.filings import views as my_filings
from measures.indicators import milestone_views, value_views
from measures.indicators import views as indicators
from measures.instructions import views as instructions
from measures.lights import override_views, threshold_views
from measures.measure_page import views as measure
from measures.notice import gap_views
from measures.periods import calendar_views
from measures.periods import views as periods
from measures.responsibilities import views as responsibilities
from measures.reviews import correction_views, decided_views, filing_views, objection_views
from measures.reviews import views as reviews
from measures.sheets import views as exchange
from measures.status import views as status

app_name = "measures"
urlpatterns = [
    path("measures/<int:pk>/", measure.measure, name="measure"),
    path("measures/<int:pk>/status/", status.status, name="status"),
    path("filings/", my_filings.my_filings, name="my_filings"),
    path("filings/<int:pk>/", filing_views.filing, name="filing"),
    path("filings/<int:pk>/save/", my_filings.filing_save, name="filing_save"),
    path("filings/<int:pk>/submit/", my_filings.filing_submit, name="filing_submit"),
    path("filings/<int:pk>/unchanged/", my_filings.filing_unchanged, name="filing_unchanged"),
    path("filings/unchanged/", my_filings.filings_unchanged, name="filings_unchanged"),
    path("filings/submit/", my_filings.filings_submit, name="filings_submit"),
    path("evidence/<int:pk>/", evidence_views.evidence, name="evidence"),
    path("evidence/<int:pk>/remove/", evidence_views.evidence_remove, name="evidence_remove"),
    path("filings/<int:pk>/withdraw/", my_filings.filing_withdraw, name="filing_withdraw"),
    path("reviews/", reviews.reviews_page, name="reviews"),
    path("reviews/inner/", reviews.inner_approval, name="inner_approval"),
    path("reviews/decided/", decided_views.reviews_decided, name="reviews_decided"),
    path(
        "reviews/accept-unchanged/",
        reviews.reviews_accept_unchanged,
        name="reviews_accept_unchanged",
    ),
    path("reviews/<int:pk>/", reviews.review, name="review"),
    path("reviews/<int:pk>/begin/", reviews.review_begin, name="review_begin"),
    path("reviews/<int:pk>/take-over/", reviews.review_take_over, name="review_take_over"),
    path("reviews/<int:pk>/accept/", reviews.review_accept, name="review_accept"),
    path("reviews/<int:pk>/return/", reviews.review_return, name="review_return"),
    path("reviews/<int:pk>/approve/", reviews.review_approve, name="review_approve"),
    path("reviews/<int:pk>/send-back/", reviews.review_send_back, name="review_send_back"),
    path("periods/", periods.periods, name="periods"),
    path("periods/new/", periods.period_create, name="period_create"),
    path("periods/<int:pk>/", periods.period, name="period"),
    path("periods/<int:pk>/extend/", periods.period_extend, name="period_extend"),
    path("periods/<int:pk>/reopen/", periods.period_reopen, name="period_reopen"),
    path("periods/<int:pk>/take-back/", periods.period_take_back, name="period_take_back"),
    path("periods/<int:pk>/delete/", periods.period_delete, name="period_delete"),
    path("filings/<int:pk>/extend/", periods.filing_extend, name="filing_extend"),
    path("calendar/", calendar_views.calendar, name="calendar"),
    path("calendar/set/", calendar_views.calendar_set, name="calendar_set"),
    path("calendar/<int:pk>/clear/", calendar_views.calendar_clear, name="calendar_clear"),
    path("calendar/published/", calendar_views.calendar_published, name="calendar_published"),
    path("calendar/import/", calendar_views.calendar_import, name="calendar_import"),
    path("periods/<int:pk>/open/", periods.period_open, name="period_open"),
    path("periods/<int:pk>/close/", periods.period_close, name="period_close"),
    path("measures/<int:pk>/object/", objection_views.measure_object, name="measure_object"),
    path(
        "measures/<int:pk>/responsibilities/",
        responsibilities.responsibilities,
        name="responsibilities",
    ),
    path(
        "measures/<int:pk>/responsibilities/<int:row_pk>/",
        responsibilities.responsibility,
        name="responsibility",
    ),
    path(
        "measures/<int:pk>/responsibilities/<int:row_pk>/end/",
        responsibilities.responsibility_end,
        name="responsibility_end",
    ),
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
    path("measures/<int:pk>/indicators/", indicators.indicators, name="indicators"),
    path("indicators/<int:pk>/", indicators.indicator, name="indicator"),
    path("indicators/<int:pk>/edit/", indicators.indicator_edit, name="indicator_edit"),
    path("indicators/<int:pk>/retire/", indicators.indicator_retire, name="indicator_retire"),
    path("indicators/<int:pk>/remove/", indicators.indicator_remove, name="indicator_remove"),
    path("indicators/<int:pk>/value/", value_views.indicator_value, name="indicator_value"),
    path(
        "indicators/<int:pk>/baseline/", value_views.indicator_baseline, name="indicator_baseline"
    ),
    path("indicators/<int:pk>/target/", value_views.indicator_target, name="indicator_target"),
    path("targets/<int:pk>/", value_views.target, name="target"),
    path("targets/<int:pk>/remove/", value_views.target_remove, name="target_remove"),
    path("values/<int:pk>/withdraw/", value_views.value_withdraw, name="value_withdraw"),
    path("filings/<int:pk>/correct/", correction_views.filing_correct, name="filing_correct"),
    path("filings/<int:pk>/drop/", correction_views.filing_drop, name="filing_drop"),
    path("filings/<int:pk>/unaccept/", correction_views.filing_unaccept, name="filing_unaccept"),
    path("filings/<int:pk>/waive/", correction_views.filing_waive, name="filing_waive"),
    path("filings/<int:pk>/unwaive/", correction_views.filing_unwaive, name="filing_unwaive"),
    path("filings/<int:pk>/remark/", correction_views.filing_remark, name="filing_remark"),
    path("filings/<int:pk>/object/", objection_views.filing_object, name="filing_object"),
    path("objections/", objection_views.objections, name="objections"),
    path("objections/<int:pk>/", objection_views.objection, name="objection"),
    path("objections/<int:pk>/decide/", objection_views.objection_decide, name="objection_decide"),
    path("measures/<int:pk>/instruct/", instructions.instruction_write, name="instruction_write"),
    path("instructions/", instructions.instructions, name="instructions"),
    path("instructions/<int:pk>/", instructions.instruction, name="instruction"),
    path("instructions/<int:pk>/reply/", instructions.instruction_reply, name="instruction_reply"),
    path("instructions/<int:pk>/close/", instructions.instruction_close, name="instruction_close"),
    path(
        "instructions/<int:pk>/withdraw/",
        instructions.instruction_withdraw,
        name="instruction_withdraw",
    ),
    path("approvals/", approvals.approvals, name="approvals"),
    path("approvals/settled/", approvals.approvals_settled, name="approvals_settled"),
    path("approvals/<slug:kind>/<int:pk>/", approvals.approval, name="approval"),
    path(
        "approvals/<slug:kind>/<int:pk>/decide/",
        approvals.approval_decide,
        name="approval_decide",
    ),
    path(
        "approvals/<slug:kind>/<int:pk>/withdraw/",
        approvals.approval_withdraw,
        name="approval_withdraw",
    ),
    path("measures/<int:pk>/override/", override_views.override_ask, name="override_ask"),
    path("overrides/<int:pk>/end/", override_views.override_end, name="override_end"),
    path("thresholds/", threshold_views.thresholds, name="thresholds"),
    path("thresholds/preview/", threshold_views.thresholds_preview, name="thresholds_preview"),
    path("thresholds/set/", threshold_views.thresholds_set, name="thresholds_set"),
    path("thresholds/<int:pk>/drop/", threshold_views.thresholds_drop, name="thresholds_drop"),
    path("measures/<int:pk>/due-date/", request_views.due_date, name="due_date"),
    path("measures/<int:pk>/closing/", request_views.closing, name="closing"),
    path("closings/<int:pk>/reopen/", request_views.closing_reopen, name="closing_reopen"),
    path("closing-files/<int:pk>/", request_views.closing_file, name="closing_file"),
    path("gaps/", gap_views.gaps, name="gaps"),
    path("filings/sheet/", exchange.filing_sheet, name="filing_sheet"),
    path("filings/sheets/", exchange.filing_sheets, name="filing_sheets"),
    path("statuses/sheet/", exchange.status_sheet, name="status_sheet"),
    path("statuses/sheets/", exchange.status_sheets, name="status_sheets"),
    path("sheets/<int:pk>/", exchange.sheet, name="sheet"),
    path("sheets/<int:pk>/apply/", exchange.sheet_apply, name="sheet_apply"),
    path("sheets/<int:pk>/discard/", exchange.sheet_discard, name="sheet_discard"),
    path("sheets/<int:pk>/marked/", exchange.sheet_marked, name="sheet_marked"),
]
