import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('measures', '0030_chasing'),
    ]

    operations = [
        migrations.CreateModel(
            name='InstructionTold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rung', models.CharField(choices=[('before', '批示到期前提醒'), ('due', '批示到期提醒'), ('late', '批示逾期')], max_length=10, verbose_name='事项')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('is_passed', models.BooleanField(default=False, verbose_name='略过')),
                ('instruction', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='told', to='measures.instruction', verbose_name='批示')),
            ],
            options={
                'verbose_name': '批示提醒',
                'verbose_name_plural': '批示提醒',
                'ordering': ['at', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('rung__in', ['before', 'due', 'late'])), name='instruction_told_rung_known'), models.UniqueConstraint(fields=('instruction', 'rung'), name='instruction_told_once_a_rung')],
            },
        ),
    ]
