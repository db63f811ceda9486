"""What waited for a chief is 待签发; reports that are still open begin their way as 拟稿."""

from django.db import migrations


def put_into_sign_off(apps, schema_editor):
    Issue = apps.get_model("reports", "Issue")
    Report = apps.get_model("reports", "Report")
    waiting = Issue.objects.filter(state="draft", report__state="done")
    for issue in waiting.select_related("report").defer("report__dataset"):
        issue.state = "submitted"
        issue.submitted_by_id = issue.report.requested_by_id
        issue.submitted_at = issue.report.finished_at
        issue.save(update_fields=["state", "submitted_by", "submitted_at"])
    # What is final already stays so, without an issue: only its files say what was issued.
    unsigned = Report.objects.filter(kind__in=("progress", "agency"), final_at=None, issue=None)
    Issue.objects.bulk_create(
        Issue(report_id=pk, kind=kind)
        for pk, kind in unsigned.exclude(state="same").values_list("pk", "kind")
    )


class Migration(migrations.Migration):

    dependencies = [
        ("reports", "0006_sign_off"),
    ]

    operations = [
        migrations.RunPython(put_into_sign_off, migrations.RunPython.noop),
    ]
