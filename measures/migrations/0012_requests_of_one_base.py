import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q
from django.utils.timezone import localdate


def name_leads(apps, schema_editor):
    """No verb ever left out the lead of a light set by hand, but the table allowed it.

    The agency that led the measure on the day of the request, else the notice's coordinator.
    """
    requests = apps.get_model("measures", "OverrideRequest").objects
    for request in requests.filter(agency=None).select_related("measure__notice__coordinator"):
        on = localdate(request.asked_at)
        duties = request.measure.responsibilities.filter(
            Q(valid_from=None) | Q(valid_from__lte=on),
            Q(valid_to=None) | Q(valid_to__gte=on),
            role="lead",
        )
        duty = duties.select_related("agency").first()
        request.agency = duty.agency if duty else request.measure.notice.coordinator
        request.agency_name = request.agency_name or request.agency.short_name
        request.save(update_fields=["agency", "agency_name"])
    # PostgreSQL alters no table while checks of its rows wait for the end of the transaction.
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0008_messages_settled'),
        ('measures', '0011_filing_due_with_period'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(name_leads, migrations.RunPython.noop),
        migrations.RemoveConstraint(
            model_name='closingrequest',
            name='closing_request_decided_whole',
        ),
        migrations.RemoveConstraint(
            model_name='duedaterequest',
            name='due_date_request_decided_whole',
        ),
        migrations.RemoveConstraint(
            model_name='overriderequest',
            name='override_decided_by_another',
        ),
        migrations.RemoveConstraint(
            model_name='overriderequest',
            name='override_refused_has_answer',
        ),
        migrations.AlterField(
            model_name='closingrequest',
            name='state',
            field=models.CharField(choices=[('open', '待审批'), ('passed', '即时生效'), ('agreed', '已同意'), ('refused', '未同意'), ('withdrawn', '已撤回'), ('reopened', '已重新启动'), ('ended', '已提前结束')], default='open', max_length=10, verbose_name='状态'),
        ),
        migrations.AlterField(
            model_name='duedaterequest',
            name='state',
            field=models.CharField(choices=[('open', '待审批'), ('passed', '即时生效'), ('agreed', '已同意'), ('refused', '未同意'), ('withdrawn', '已撤回'), ('reopened', '已重新启动'), ('ended', '已提前结束')], default='open', max_length=10, verbose_name='状态'),
        ),
        migrations.AlterField(
            model_name='overriderequest',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='agencies.agency', verbose_name='牵头单位'),
        ),
        migrations.AlterField(
            model_name='overriderequest',
            name='agency_name',
            field=models.CharField(max_length=40, verbose_name='牵头单位（当时名称）'),
        ),
        migrations.AlterField(
            model_name='overriderequest',
            name='decided_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='办理时间'),
        ),
        migrations.AlterField(
            model_name='overriderequest',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='办理人'),
        ),
        migrations.AlterField(
            model_name='overriderequest',
            name='decision_note',
            field=models.TextField(blank=True, max_length=1000, verbose_name='办理意见'),
        ),
        migrations.AlterField(
            model_name='overriderequest',
            name='measure',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='measures.measure', verbose_name='措施'),
        ),
        migrations.AlterField(
            model_name='overriderequest',
            name='state',
            field=models.CharField(choices=[('open', '待审批'), ('passed', '即时生效'), ('agreed', '已同意'), ('refused', '未同意'), ('withdrawn', '已撤回'), ('reopened', '已重新启动'), ('ended', '已提前结束')], default='open', max_length=10, verbose_name='状态'),
        ),
        migrations.AddConstraint(
            model_name='closingrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['open']), ('decided_at__isnull', True), ('decided_by__isnull', True), ('decision_note', '')), models.Q(('state__in', ['agreed', 'withdrawn', 'reopened']), ('decided_at__isnull', False), ('decided_by__isnull', False)), models.Q(('state', 'refused'), models.Q(('decision_note', ''), _negated=True), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='closing_request_decided_whole', violation_error_message='不同意须写明意见。'),
        ),
        migrations.AddConstraint(
            model_name='closingrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['agreed', 'refused', 'reopened']), _negated=True), models.Q(('decided_by', models.F('asked_by')), _negated=True), _connector='OR'), name='closing_request_decided_by_another', violation_error_message='办结申请须由申请人以外的负责人审批。'),
        ),
        migrations.AddConstraint(
            model_name='duedaterequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['open', 'passed']), ('decided_at__isnull', True), ('decided_by__isnull', True), ('decision_note', '')), models.Q(('state__in', ['agreed', 'withdrawn']), ('decided_at__isnull', False), ('decided_by__isnull', False)), models.Q(('state', 'refused'), models.Q(('decision_note', ''), _negated=True), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='due_date_request_decided_whole', violation_error_message='不同意须写明意见。'),
        ),
        migrations.AddConstraint(
            model_name='duedaterequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['agreed', 'refused']), _negated=True), models.Q(('decided_by', models.F('asked_by')), _negated=True), _connector='OR'), name='due_date_request_decided_by_another', violation_error_message='时限申请须由申请人以外的负责人审批。'),
        ),
        migrations.AddConstraint(
            model_name='overriderequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['open', 'withdrawn']), ('decided_at__isnull', True), ('decided_by__isnull', True), ('decision_note', '')), models.Q(('state__in', ['agreed', 'ended']), ('decided_at__isnull', False), ('decided_by__isnull', False)), models.Q(('state', 'refused'), models.Q(('decision_note', ''), _negated=True), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='override_decided_whole', violation_error_message='不同意须写明意见。'),
        ),
        migrations.AddConstraint(
            model_name='overriderequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['agreed', 'refused', 'ended']), _negated=True), models.Q(('decided_by', models.F('asked_by')), _negated=True), _connector='OR'), name='override_decided_by_another', violation_error_message='人工认定须由申请人以外的负责人审批。'),
        ),
    ]
