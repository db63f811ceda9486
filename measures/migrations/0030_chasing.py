import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0013_outbox'),
        ('measures', '0029_ended_measures'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ChaseLadder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField(error_messages={'unique': '这一天已设定催报阶梯，请换一天。'}, unique=True, verbose_name='起始日期')),
                ('reason', models.CharField(max_length=300, verbose_name='理由')),
                ('set_at', models.DateTimeField(verbose_name='设定时间')),
                ('set_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='设定人')),
            ],
            options={
                'verbose_name': '催报阶梯',
                'verbose_name_plural': '催报阶梯',
                'ordering': ['-valid_from'],
            },
        ),
        migrations.CreateModel(
            name='ChaseRound',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.CharField(blank=True, max_length=200, verbose_name='催报说明')),
                ('asked_at', models.DateTimeField(verbose_name='发起时间')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='chase_rounds', to='agencies.agency', verbose_name='单位')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='催报人')),
                ('messages', models.ManyToManyField(related_name='+', to='agencies.message', verbose_name='消息')),
            ],
            options={
                'verbose_name': '催报批次',
                'verbose_name_plural': '催报批次',
                'ordering': ['-asked_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='LadderRung',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rung', models.CharField(choices=[('remind', '提醒'), ('due', '到期提醒'), ('chase', '催报'), ('letter', '再次催报'), ('circular', '通报候选'), ('manual', '人工催报')], max_length=10, verbose_name='事项')),
                ('offset', models.SmallIntegerField(verbose_name='距截止的工作日数')),
                ('audience', models.CharField(choices=[('liaisons', '联络员（A、B岗）'), ('with_heads', '联络员和分管领导')], max_length=10, verbose_name='发给')),
                ('ladder', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rungs', to='measures.chaseladder', verbose_name='催报阶梯')),
            ],
            options={
                'verbose_name': '催报阶梯的一级',
                'verbose_name_plural': '催报阶梯的一级',
                'ordering': ['offset'],
            },
        ),
        migrations.CreateModel(
            name='Urge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rung', models.CharField(choices=[('remind', '提醒'), ('due', '到期提醒'), ('chase', '催报'), ('letter', '再次催报'), ('circular', '通报候选'), ('manual', '人工催报')], max_length=10, verbose_name='事项')),
                ('due_on', models.DateField(verbose_name='所催的截止日期')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='发送时间')),
                ('passed_at', models.DateTimeField(blank=True, null=True, verbose_name='略过时间')),
                ('answer', models.CharField(blank=True, max_length=200, verbose_name='答复')),
                ('promised_on', models.DateField(blank=True, null=True, verbose_name='拟报送日期')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='答复时间')),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='答复人')),
                ('filing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='urges', to='measures.filing', verbose_name='填报任务')),
                ('round', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='urges', to='measures.chaseround', verbose_name='催报批次')),
            ],
            options={
                'verbose_name': '催报',
                'verbose_name_plural': '催报',
                'ordering': ['-sent_at', '-id'],
            },
        ),
        migrations.AddConstraint(
            model_name='chaseladder',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='ladder_has_reason', violation_error_message='设定催报阶梯须写明理由。'),
        ),
        migrations.AddConstraint(
            model_name='ladderrung',
            constraint=models.CheckConstraint(condition=models.Q(('audience__in', ['liaisons', 'with_heads'])), name='ladder_rung_known'),
        ),
        migrations.AddConstraint(
            model_name='ladderrung',
            constraint=models.CheckConstraint(condition=models.Q(('rung__in', ['remind', 'due', 'chase', 'letter', 'circular'])), name='ladder_rung_is_no_manual'),
        ),
        migrations.AddConstraint(
            model_name='ladderrung',
            constraint=models.CheckConstraint(condition=models.Q(('offset__gte', -20), ('offset__lte', 60)), name='ladder_rung_near_its_day'),
        ),
        migrations.AddConstraint(
            model_name='ladderrung',
            constraint=models.UniqueConstraint(fields=('ladder', 'rung'), name='ladder_rung_once'),
        ),
        migrations.AddConstraint(
            model_name='ladderrung',
            constraint=models.UniqueConstraint(fields=('ladder', 'offset'), name='ladder_one_rung_a_day'),
        ),
        migrations.AddConstraint(
            model_name='urge',
            constraint=models.CheckConstraint(condition=models.Q(('rung__in', ['remind', 'due', 'chase', 'letter', 'circular', 'manual'])), name='urge_rung_known'),
        ),
        migrations.AddConstraint(
            model_name='urge',
            constraint=models.UniqueConstraint(condition=models.Q(('rung', 'manual'), _negated=True), fields=('filing', 'rung', 'due_on'), name='urge_once_a_rung_and_day'),
        ),
        migrations.AddConstraint(
            model_name='urge',
            constraint=models.UniqueConstraint(condition=models.Q(('passed_at__isnull', True), ('sent_at__isnull', True)), fields=('filing',), name='urge_one_waiting', violation_error_message='这项填报已有一次催报待发送，不必重复提交。'),
        ),
        migrations.AddConstraint(
            model_name='urge',
            constraint=models.CheckConstraint(condition=models.Q(('sent_at__isnull', True), ('passed_at__isnull', True), _connector='OR'), name='urge_sent_or_passed'),
        ),
        migrations.AddConstraint(
            model_name='urge',
            constraint=models.CheckConstraint(condition=models.Q(('rung', 'manual'), ('sent_at__isnull', False), ('passed_at__isnull', False), _connector='OR'), name='urge_only_manual_waits'),
        ),
        migrations.AddConstraint(
            model_name='urge',
            constraint=models.CheckConstraint(condition=models.Q(('round__isnull', False), models.Q(models.Q(('rung', 'manual'), _negated=True), ('sent_at__isnull', True)), _connector='OR'), name='urge_told_in_a_round'),
        ),
        migrations.AddConstraint(
            model_name='urge',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', True), ('answered_by__isnull', True)), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False)), _connector='OR'), name='urge_answered_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='urge',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at__isnull', True), ('promised_on__isnull', True)), models.Q(('answered_at__gte', models.F('sent_at')), ('sent_at__isnull', False), models.Q(models.Q(('answer', ''), _negated=True), ('promised_on__isnull', False), _connector='OR')), _connector='OR'), name='urge_answer_says_something'),
        ),
    ]
