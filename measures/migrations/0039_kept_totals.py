"""Kept totals of filings, responsibilities, measures and snapshots, and what 总览 looks up."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0024_event_by_action'),
        ('measures', '0038_defaults_in_database'),
    ]

    operations = [
        migrations.CreateModel(
            name='DutyTotal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.IntegerField()),
                ('is_settled', models.BooleanField(db_default=False, default=False)),
                ('role', models.CharField(max_length=20, verbose_name='责任')),
                ('lead_basis', models.CharField(max_length=20, verbose_name='牵头依据')),
                ('valid_from', models.DateField(null=True, verbose_name='起')),
                ('valid_to', models.DateField(null=True, verbose_name='止')),
            ],
            options={
                'verbose_name': '责任合计',
                'verbose_name_plural': '责任合计',
            },
        ),
        migrations.CreateModel(
            name='FilingTotal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.IntegerField()),
                ('is_settled', models.BooleanField(db_default=False, default=False)),
                ('agency_name', models.CharField(max_length=40, verbose_name='单位（当时名称）')),
                ('state', models.CharField(max_length=10, verbose_name='状态')),
                ('due_on', models.DateField(verbose_name='报送截止')),
                ('is_accepted', models.BooleanField(verbose_name='有已通过版本')),
                ('is_returned', models.BooleanField(verbose_name='退回待补正')),
                ('came_in_time', models.BooleanField(null=True, verbose_name='按时报送')),
            ],
            options={
                'verbose_name': '填报任务合计',
                'verbose_name_plural': '填报任务合计',
            },
        ),
        migrations.CreateModel(
            name='MeasureTotal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.IntegerField()),
                ('is_settled', models.BooleanField(db_default=False, default=False)),
                ('nature', models.CharField(max_length=10, verbose_name='性质')),
                ('stage', models.CharField(max_length=20, verbose_name='进度')),
                ('light', models.CharField(max_length=10, verbose_name='预警灯')),
                ('light_on', models.DateField(null=True, verbose_name='评定日期')),
            ],
            options={
                'verbose_name': '措施合计',
                'verbose_name_plural': '措施合计',
            },
        ),
        migrations.CreateModel(
            name='SnapshotTotal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.IntegerField()),
                ('is_settled', models.BooleanField(db_default=False, default=False)),
                ('closing', models.PositiveSmallIntegerField(verbose_name='第几次关闭')),
                ('taken_at', models.DateTimeField(verbose_name='时间')),
                ('stage', models.CharField(max_length=20, verbose_name='进度')),
                ('stage_label', models.CharField(max_length=20, verbose_name='进度（当时用语）')),
                ('light', models.CharField(max_length=10, verbose_name='预警灯')),
                ('light_label', models.CharField(max_length=20, verbose_name='预警灯（当时用语）')),
                ('filed', models.IntegerField(verbose_name='已报')),
                ('owed', models.IntegerField(verbose_name='应报')),
            ],
            options={
                'verbose_name': '快照合计',
                'verbose_name_plural': '快照合计',
            },
        ),
        migrations.RemoveConstraint(
            model_name='snapshot',
            name='snapshot_once_a_closing',
        ),
        migrations.AddIndex(
            model_name='measure',
            index=models.Index(
                fields=['notice', 'light', 'light_since'],
                include=('id', 'ordinal'),
                name='measure_light',
            ),
        ),
        migrations.AddIndex(
            model_name='measure',
            index=models.Index(
                condition=models.Q(('due_on__isnull', False)),
                fields=['notice', 'due_on'],
                name='measure_due',
            ),
        ),
        migrations.AddConstraint(
            model_name='snapshot',
            constraint=models.UniqueConstraint(fields=('period', 'measure', 'closing'), include=('stage', 'light', 'light_label', 'percent', 'due_on', 'nature'), name='snapshot_once_a_closing'),
        ),
        migrations.AddField(
            model_name='dutytotal',
            name='agency',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='agencies.agency'),
        ),
        migrations.AddField(
            model_name='dutytotal',
            name='notice',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='measures.notice'),
        ),
        migrations.AddField(
            model_name='filingtotal',
            name='agency',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='agencies.agency'),
        ),
        migrations.AddField(
            model_name='filingtotal',
            name='period',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='measures.period'),
        ),
        migrations.AddField(
            model_name='filingtotal',
            name='section',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='measures.section'),
        ),
        migrations.AddField(
            model_name='measuretotal',
            name='notice',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='measures.notice'),
        ),
        migrations.AddField(
            model_name='measuretotal',
            name='section',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='measures.section'),
        ),
        migrations.AddField(
            model_name='snapshottotal',
            name='period',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='measures.period'),
        ),
        migrations.AddField(
            model_name='snapshottotal',
            name='section',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='measures.section'),
        ),
        migrations.AddIndex(
            model_name='dutytotal',
            index=models.Index(fields=['notice'], name='duty_total_of_notice'),
        ),
        migrations.AddIndex(
            model_name='dutytotal',
            index=models.Index(condition=models.Q(('is_settled', False)), fields=['id'], name='duty_total_new'),
        ),
        migrations.AddIndex(
            model_name='filingtotal',
            index=models.Index(fields=['period'], name='filing_total_of_period'),
        ),
        migrations.AddIndex(
            model_name='filingtotal',
            index=models.Index(condition=models.Q(('is_settled', False)), fields=['id'], name='filing_total_new'),
        ),
        migrations.AddIndex(
            model_name='measuretotal',
            index=models.Index(fields=['notice'], name='measure_total_of_notice'),
        ),
        migrations.AddIndex(
            model_name='measuretotal',
            index=models.Index(condition=models.Q(('is_settled', False)), fields=['id'], name='measure_total_new'),
        ),
        migrations.AddIndex(
            model_name='snapshottotal',
            index=models.Index(fields=['period'], name='snapshot_total_of_period'),
        ),
        migrations.AddIndex(
            model_name='snapshottotal',
            index=models.Index(condition=models.Q(('is_settled', False)), fields=['id'], name='snapshot_total_new'),
        ),
        migrations.RemoveIndex(
            model_name='filing',
            name='filing_awaiting_review',
        ),
        migrations.AlterField(
            model_name='snapshot',
            name='period',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='snapshots', to='measures.period', verbose_name='填报期'),
        ),
        migrations.AddIndex(
            model_name='filing',
            index=models.Index(condition=models.Q(('state', 'submitted')), fields=['first_submitted_at'], include=('id', 'period', 'agency'), name='filing_awaiting_review'),
        ),
    ]
