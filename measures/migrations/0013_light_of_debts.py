import django.db.models.deletion
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


# Histories are judged anew for the last quarter, which is as far back as missed days are gone
# through: the next refresh finds them missed. What lies before keeps its light and its words.
JUDGED_ANEW = "CURRENT_DATE - 92"
OLD_RULE = f"""
    UPDATE measures_lightchange SET worst_sentence = sentence, is_old_rule = true;
    DELETE FROM measures_lightchange WHERE "on" > {JUDGED_ANEW};
    UPDATE measures_measure SET light_on = {JUDGED_ANEW} WHERE light_on > {JUDGED_ANEW};
"""


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0009_message_kinds_by_app'),
        ('measures', '0012_requests_of_one_base'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='lightchange',
            name='light_change_light_known',
        ),
        migrations.RemoveConstraint(
            model_name='lightthresholds',
            name='thresholds_silent_periods_sensible',
        ),
        migrations.RenameField("lightthresholds", "silent_periods", "lead_debts"),
        migrations.RemoveConstraint(
            model_name='measure',
            name='measure_light_known',
        ),
        migrations.RemoveConstraint(
            model_name='measure',
            name='measure_manual_light_has_end',
        ),
        migrations.RemoveConstraint(
            model_name='snapshot',
            name='snapshot_light_known',
        ),
        migrations.AddField(
            model_name='filing',
            name='due_moved_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='延期时间'),
        ),
        migrations.AddField(
            model_name='filing',
            name='due_was',
            field=models.DateField(blank=True, null=True, verbose_name='延期前的报送截止'),
        ),
        migrations.AddField(
            model_name='filing',
            name='written_off_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='核销时间'),
        ),
        migrations.AddField(
            model_name='filing',
            name='written_off_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='核销人'),
        ),
        migrations.AddField(
            model_name='filing',
            name='written_off_reason',
            field=models.CharField(blank=True, max_length=300, verbose_name='核销理由'),
        ),
        migrations.AddField(
            model_name='lightchange',
            name='is_old_rule',
            field=models.BooleanField(default=False, verbose_name='按原规则评定'),
        ),
        migrations.AddField(
            model_name='lightchange',
            name='severity',
            field=models.DecimalField(decimal_places=1, default=0, max_digits=9, verbose_name='程度'),
        ),
        migrations.AddField(
            model_name='lightchange',
            name='worst_sentence',
            field=models.CharField(blank=True, max_length=300, verbose_name='最重时的原因'),
        ),
        migrations.AddField(
            model_name='lightthresholds',
            name='lead_workdays',
            field=models.PositiveSmallIntegerField(default=20, verbose_name='牵头单位逾期超过几个工作日为红灯'),
        ),
        migrations.AddField(
            model_name='lightthresholds',
            name='milestone_workdays',
            field=models.PositiveSmallIntegerField(default=30, verbose_name='节点逾期超过几个工作日为红灯'),
        ),
        migrations.AddField(
            model_name='lightthresholds',
            name='moved_periods',
            field=models.PositiveSmallIntegerField(default=2, verbose_name='推迟时限后几期无进展为黄灯'),
        ),
        migrations.AddField(
            model_name='lightthresholds',
            name='stale_days',
            field=models.PositiveSmallIntegerField(default=120, verbose_name='指标几天没有新数据为黄灯'),
        ),
        migrations.AddField(
            model_name='lightthresholds',
            name='unmoved_periods',
            field=models.PositiveSmallIntegerField(default=3, verbose_name='有时限的几期无进展为黄灯'),
        ),
        migrations.AddField(
            model_name='lightthresholds',
            name='worse_percent',
            field=models.DecimalField(decimal_places=1, default=Decimal('5'), max_digits=4, verbose_name='指标反向变动超过百分之几为黄灯'),
        ),
        migrations.AddField(
            model_name='measure',
            name='light_findings',
            field=models.JSONField(blank=True, default=list, verbose_name='预警条件'),
        ),
        migrations.AddField(
            model_name='measure',
            name='light_run_on',
            field=models.DateField(blank=True, null=True, verbose_name='本段预警首日'),
        ),
        migrations.AddField(
            model_name='measure',
            name='light_since',
            field=models.DateField(blank=True, null=True, verbose_name='预警起始日期'),
        ),
        migrations.AddField(
            model_name='measure',
            name='light_worst',
            field=models.DecimalField(decimal_places=1, default=0, max_digits=9, verbose_name='本段最重程度'),
        ),
        migrations.AddField(
            model_name='milestone',
            name='added_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='设定时间'),
        ),
        migrations.AddField(
            model_name='milestone',
            name='done_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='登记时间'),
        ),
        migrations.AddField(
            model_name='milestone',
            name='moved_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='最近改期时间'),
        ),
        migrations.AddField(
            model_name='period',
            name='due_moved_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='延期时间'),
        ),
        migrations.AddField(
            model_name='period',
            name='due_was',
            field=models.DateField(blank=True, null=True, verbose_name='延期前的报送截止'),
        ),
        migrations.AddField(
            model_name='snapshot',
            name='light_findings',
            field=models.JSONField(blank=True, null=True, verbose_name='预警条件（当时情况）'),
        ),
        migrations.AddField(
            model_name='snapshot',
            name='light_since',
            field=models.DateField(blank=True, null=True, verbose_name='预警起始日期'),
        ),
        migrations.AlterField(
            model_name='lightchange',
            name='cause',
            field=models.CharField(choices=[('done', '已完成'), ('suspended', '已中止'), ('unconfirmed', '责任单位待核'), ('not_begun', '尚未开始'), ('no_period', '首期未到期'), ('overdue', '逾期未完成'), ('far_behind', '严重落后进度'), ('lead_silent', '牵头单位多期未报'), ('lead_overdue', '牵头单位长时间未报'), ('confidence_red', '自评难以完成'), ('milestone_overdue', '节点长时间逾期'), ('behind', '落后进度'), ('due_soon', '临近时限'), ('lead_late', '牵头单位逾期未报'), ('not_mended', '逾期未补正'), ('withdrawn', '撤回未重报'), ('returned', '退回修改中'), ('other_late', '其他单位长时间未报'), ('confidence_yellow', '自评有风险'), ('milestone_late', '节点逾期'), ('indicator_worse', '指标反向变动'), ('indicator_missed', '指标未达目标'), ('indicator_stale', '指标数据过旧'), ('date_moved', '推迟后无进展'), ('unmoved', '多期无进展'), ('no_lead_filing', '无牵头单位任务'), ('waiting', '待审核'), ('on_plan', '符合进度'), ('filed', '已审核'), ('manual', '人工认定'), ('lead_missed', '牵头单位上期漏报')], max_length=20, verbose_name='规则'),
        ),
        migrations.AlterField(
            model_name='lightchange',
            name='light',
            field=models.CharField(choices=[('red', '滞后'), ('yellow', '预警'), ('green', '正常·已审核'), ('waiting', '正常·待审核'), ('grey', '未评定')], max_length=10, verbose_name='预警灯'),
        ),
        migrations.AlterField(
            model_name='lightthresholds',
            name='late_workdays',
            field=models.PositiveSmallIntegerField(verbose_name='其他单位逾期超过几个工作日为黄灯'),
        ),
        migrations.AlterField(
            model_name='lightthresholds',
            name='lead_debts',
            field=models.PositiveSmallIntegerField(verbose_name='牵头单位欠报几期为红灯'),
        ),
        migrations.AlterField(
            model_name='measure',
            name='computed_cause',
            field=models.CharField(blank=True, choices=[('done', '已完成'), ('suspended', '已中止'), ('unconfirmed', '责任单位待核'), ('not_begun', '尚未开始'), ('no_period', '首期未到期'), ('overdue', '逾期未完成'), ('far_behind', '严重落后进度'), ('lead_silent', '牵头单位多期未报'), ('lead_overdue', '牵头单位长时间未报'), ('confidence_red', '自评难以完成'), ('milestone_overdue', '节点长时间逾期'), ('behind', '落后进度'), ('due_soon', '临近时限'), ('lead_late', '牵头单位逾期未报'), ('not_mended', '逾期未补正'), ('withdrawn', '撤回未重报'), ('returned', '退回修改中'), ('other_late', '其他单位长时间未报'), ('confidence_yellow', '自评有风险'), ('milestone_late', '节点逾期'), ('indicator_worse', '指标反向变动'), ('indicator_missed', '指标未达目标'), ('indicator_stale', '指标数据过旧'), ('date_moved', '推迟后无进展'), ('unmoved', '多期无进展'), ('no_lead_filing', '无牵头单位任务'), ('waiting', '待审核'), ('on_plan', '符合进度'), ('filed', '已审核'), ('manual', '人工认定'), ('lead_missed', '牵头单位上期漏报')], max_length=20, verbose_name='按规则的条目'),
        ),
        migrations.AlterField(
            model_name='measure',
            name='computed_light',
            field=models.CharField(blank=True, choices=[('red', '滞后'), ('yellow', '预警'), ('green', '正常·已审核'), ('waiting', '正常·待审核'), ('grey', '未评定')], max_length=10, verbose_name='按规则的预警灯'),
        ),
        migrations.AlterField(
            model_name='measure',
            name='light',
            field=models.CharField(choices=[('red', '滞后'), ('yellow', '预警'), ('green', '正常·已审核'), ('waiting', '正常·待审核'), ('grey', '未评定')], default='grey', max_length=10, verbose_name='预警灯'),
        ),
        migrations.AlterField(
            model_name='measure',
            name='light_cause',
            field=models.CharField(blank=True, choices=[('done', '已完成'), ('suspended', '已中止'), ('unconfirmed', '责任单位待核'), ('not_begun', '尚未开始'), ('no_period', '首期未到期'), ('overdue', '逾期未完成'), ('far_behind', '严重落后进度'), ('lead_silent', '牵头单位多期未报'), ('lead_overdue', '牵头单位长时间未报'), ('confidence_red', '自评难以完成'), ('milestone_overdue', '节点长时间逾期'), ('behind', '落后进度'), ('due_soon', '临近时限'), ('lead_late', '牵头单位逾期未报'), ('not_mended', '逾期未补正'), ('withdrawn', '撤回未重报'), ('returned', '退回修改中'), ('other_late', '其他单位长时间未报'), ('confidence_yellow', '自评有风险'), ('milestone_late', '节点逾期'), ('indicator_worse', '指标反向变动'), ('indicator_missed', '指标未达目标'), ('indicator_stale', '指标数据过旧'), ('date_moved', '推迟后无进展'), ('unmoved', '多期无进展'), ('no_lead_filing', '无牵头单位任务'), ('waiting', '待审核'), ('on_plan', '符合进度'), ('filed', '已审核'), ('manual', '人工认定'), ('lead_missed', '牵头单位上期漏报')], max_length=20, verbose_name='预警规则'),
        ),
        migrations.AlterField(
            model_name='overriderequest',
            name='light',
            field=models.CharField(choices=[('red', '滞后'), ('yellow', '预警'), ('green', '正常·已审核'), ('grey', '未评定')], max_length=10, verbose_name='认定为'),
        ),
        migrations.AlterField(
            model_name='snapshot',
            name='cause',
            field=models.CharField(blank=True, choices=[('done', '已完成'), ('suspended', '已中止'), ('unconfirmed', '责任单位待核'), ('not_begun', '尚未开始'), ('no_period', '首期未到期'), ('overdue', '逾期未完成'), ('far_behind', '严重落后进度'), ('lead_silent', '牵头单位多期未报'), ('lead_overdue', '牵头单位长时间未报'), ('confidence_red', '自评难以完成'), ('milestone_overdue', '节点长时间逾期'), ('behind', '落后进度'), ('due_soon', '临近时限'), ('lead_late', '牵头单位逾期未报'), ('not_mended', '逾期未补正'), ('withdrawn', '撤回未重报'), ('returned', '退回修改中'), ('other_late', '其他单位长时间未报'), ('confidence_yellow', '自评有风险'), ('milestone_late', '节点逾期'), ('indicator_worse', '指标反向变动'), ('indicator_missed', '指标未达目标'), ('indicator_stale', '指标数据过旧'), ('date_moved', '推迟后无进展'), ('unmoved', '多期无进展'), ('no_lead_filing', '无牵头单位任务'), ('waiting', '待审核'), ('on_plan', '符合进度'), ('filed', '已审核'), ('manual', '人工认定'), ('lead_missed', '牵头单位上期漏报')], max_length=20, verbose_name='预警规则'),
        ),
        migrations.AlterField(
            model_name='snapshot',
            name='light',
            field=models.CharField(choices=[('red', '滞后'), ('yellow', '预警'), ('green', '正常·已审核'), ('waiting', '正常·待审核'), ('grey', '未评定')], max_length=10, verbose_name='预警灯'),
        ),
        migrations.RunSQL(OLD_RULE, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='filing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('written_off_at__isnull', False), ('written_off_by__isnull', False), models.Q(('written_off_reason', ''), _negated=True)), models.Q(('written_off_at__isnull', True), ('written_off_by__isnull', True), ('written_off_reason', '')), _connector='OR'), name='filing_written_off_has_reason', violation_error_message='核销欠报须写明理由。'),
        ),
        migrations.AddConstraint(
            model_name='filing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('due_moved_at__isnull', True), ('due_was__isnull', True)), models.Q(('due_moved_at__isnull', False), ('due_was__isnull', False)), _connector='OR'), name='filing_moved_has_day'),
        ),
        migrations.AddConstraint(
            model_name='lightchange',
            constraint=models.CheckConstraint(condition=models.Q(('light__in', ['red', 'yellow', 'green', 'waiting', 'grey'])), name='light_change_light_known'),
        ),
        migrations.AddConstraint(
            model_name='lightthresholds',
            constraint=models.CheckConstraint(condition=models.Q(('lead_workdays__gte', 1), ('lead_workdays__lte', 120)), name='thresholds_lead_workdays_sensible', violation_error_message='牵头单位逾期工作日数须在1至120之间。'),
        ),
        migrations.AddConstraint(
            model_name='lightthresholds',
            constraint=models.CheckConstraint(condition=models.Q(('lead_debts__gte', 1), ('lead_debts__lte', 8)), name='thresholds_lead_debts_sensible', violation_error_message='牵头单位欠报期数须在1至8之间。'),
        ),
        migrations.AddConstraint(
            model_name='lightthresholds',
            constraint=models.CheckConstraint(condition=models.Q(('milestone_workdays__gte', 1), ('milestone_workdays__lte', 250)), name='thresholds_milestone_workdays_sensible', violation_error_message='节点逾期工作日数须在1至250之间。'),
        ),
        migrations.AddConstraint(
            model_name='lightthresholds',
            constraint=models.CheckConstraint(condition=models.Q(('worse_percent__gte', 0), ('worse_percent__lte', 100)), name='thresholds_worse_percent_sensible', violation_error_message='指标反向变动幅度须在0至100之间。'),
        ),
        migrations.AddConstraint(
            model_name='lightthresholds',
            constraint=models.CheckConstraint(condition=models.Q(('stale_days__gte', 30), ('stale_days__lte', 730)), name='thresholds_stale_days_sensible', violation_error_message='指标数据过旧天数须在30至730之间。'),
        ),
        migrations.AddConstraint(
            model_name='lightthresholds',
            constraint=models.CheckConstraint(condition=models.Q(('moved_periods__gte', 1), ('moved_periods__lte', 8)), name='thresholds_moved_periods_sensible', violation_error_message='推迟后无进展期数须在1至8之间。'),
        ),
        migrations.AddConstraint(
            model_name='lightthresholds',
            constraint=models.CheckConstraint(condition=models.Q(('unmoved_periods__gte', 1), ('unmoved_periods__lte', 12)), name='thresholds_unmoved_periods_sensible', violation_error_message='无进展期数须在1至12之间。'),
        ),
        migrations.AddConstraint(
            model_name='measure',
            constraint=models.CheckConstraint(condition=models.Q(('light__in', ['red', 'yellow', 'green', 'waiting', 'grey'])), name='measure_light_known'),
        ),
        migrations.AddConstraint(
            model_name='measure',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('light_cause', 'manual'), ('light_until__isnull', False), ('computed_light__in', ['red', 'yellow', 'green', 'waiting', 'grey'])), models.Q(models.Q(('light_cause', 'manual'), _negated=True), ('computed_light', ''), ('light_until__isnull', True)), _connector='OR'), name='measure_manual_light_has_end'),
        ),
        migrations.AddConstraint(
            model_name='snapshot',
            constraint=models.CheckConstraint(condition=models.Q(('light__in', ['red', 'yellow', 'green', 'waiting', 'grey'])), name='snapshot_light_known'),
        ),
        migrations.AlterConstraint(
            model_name='lightthresholds',
            name='thresholds_late_workdays_sensible',
            constraint=models.CheckConstraint(condition=models.Q(('late_workdays__gte', 1), ('late_workdays__lte', 60)), name='thresholds_late_workdays_sensible', violation_error_message='其他单位逾期工作日数须在1至60之间。'),
        ),
    ]
