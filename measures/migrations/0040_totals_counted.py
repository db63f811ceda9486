"""From here on the database counts with every write; what is there already is counted once.

Creating the triggers locks the tables against writing until all of it is committed: each row is
counted once, whoever goes on working meanwhile.
"""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


COUNTED = (
    """
    INSERT INTO measures_filingtotal (
        period_id, section_id, agency_id, agency_name, state, due_on,
        is_accepted, is_returned, came_in_time, number, is_settled
    )
    SELECT r.period_id, m.section_id, r.agency_id, r.agency_name, r.state, r.due_on,
           r.accepted_note_id IS NOT NULL, r.mend_by IS NOT NULL,
           (r.first_submitted_at AT TIME ZONE 'Asia/Shanghai')::date <= r.due_on, count(*), true
    FROM measures_filing r JOIN measures_measure m ON m.id = r.measure_id
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
    """,
    """
    INSERT INTO measures_dutytotal (
        notice_id, agency_id, role, lead_basis, valid_from, valid_to, number, is_settled
    )
    SELECT m.notice_id, r.agency_id, r.role, r.lead_basis, r.valid_from, r.valid_to, count(*), true
    FROM measures_responsibility r JOIN measures_measure m ON m.id = r.measure_id
    GROUP BY 1, 2, 3, 4, 5, 6
    """,
    """
    INSERT INTO measures_measuretotal (
        notice_id, section_id, nature, stage, light, light_on, number, is_settled
    )
    SELECT notice_id, section_id, nature, stage, light, light_on, count(*), true
    FROM measures_measure GROUP BY 1, 2, 3, 4, 5, 6
    """,
    """
    INSERT INTO measures_snapshottotal (
        period_id, closing, section_id, taken_at, stage, stage_label, light, light_label,
        number, filed, owed, is_settled
    )
    SELECT r.period_id, r.closing, m.section_id, r.taken_at, r.stage, r.stage_label, r.light,
           r.light_label, count(*), sum(r.filed), sum(r.owed), true
    FROM measures_snapshot r JOIN measures_measure m ON m.id = r.measure_id
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
    """,
)


class Migration(migrations.Migration):

    dependencies = [
        ('measures', '0039_kept_totals'),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name='filing',
            trigger=pgtrigger.compiler.Trigger(name='counted_in', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO measures_filingtotal (period_id, agency_id, agency_name, state, due_on, section_id, is_accepted, is_returned, came_in_time, number) SELECT period_id, agency_id, agency_name, state, due_on, section_id, is_accepted, is_returned, came_in_time, sum(number) FROM (SELECT r.period_id AS period_id, r.agency_id AS agency_id, r.agency_name AS agency_name, r.state AS state, r.due_on AS due_on, m.section_id AS section_id, r.accepted_note_id IS NOT NULL AS is_accepted, r.mend_by IS NOT NULL AS is_returned, (r.first_submitted_at AT TIME ZONE 'Asia/Shanghai')::date <= r.due_on AS came_in_time, 1 * 1 AS number FROM new_rows r JOIN measures_measure m ON m.id = r.measure_id) x GROUP BY period_id, agency_id, agency_name, state, due_on, section_id, is_accepted, is_returned, came_in_time HAVING sum(number) <> 0; RETURN NULL;", hash='fbe6a45a0f1beb5fef74507c85f7979b85ca687f', level='STATEMENT', operation='INSERT', pgid='pgtrigger_counted_in_ec8a6', referencing='REFERENCING NEW TABLE AS new_rows ', table='measures_filing', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='filing',
            trigger=pgtrigger.compiler.Trigger(name='counted_again', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO measures_filingtotal (period_id, agency_id, agency_name, state, due_on, section_id, is_accepted, is_returned, came_in_time, number) SELECT period_id, agency_id, agency_name, state, due_on, section_id, is_accepted, is_returned, came_in_time, sum(number) FROM (SELECT r.period_id AS period_id, r.agency_id AS agency_id, r.agency_name AS agency_name, r.state AS state, r.due_on AS due_on, m.section_id AS section_id, r.accepted_note_id IS NOT NULL AS is_accepted, r.mend_by IS NOT NULL AS is_returned, (r.first_submitted_at AT TIME ZONE 'Asia/Shanghai')::date <= r.due_on AS came_in_time, 1 * 1 AS number FROM new_rows r JOIN measures_measure m ON m.id = r.measure_id UNION ALL SELECT r.period_id AS period_id, r.agency_id AS agency_id, r.agency_name AS agency_name, r.state AS state, r.due_on AS due_on, m.section_id AS section_id, r.accepted_note_id IS NOT NULL AS is_accepted, r.mend_by IS NOT NULL AS is_returned, (r.first_submitted_at AT TIME ZONE 'Asia/Shanghai')::date <= r.due_on AS came_in_time, -1 * 1 AS number FROM old_rows r JOIN measures_measure m ON m.id = r.measure_id) x GROUP BY period_id, agency_id, agency_name, state, due_on, section_id, is_accepted, is_returned, came_in_time HAVING sum(number) <> 0; RETURN NULL;", hash='b23c08edc14097d33a528ad5292bc512281b6207', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_counted_again_4c606', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='measures_filing', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='filing',
            trigger=pgtrigger.compiler.Trigger(name='counted_out', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO measures_filingtotal (period_id, agency_id, agency_name, state, due_on, section_id, is_accepted, is_returned, came_in_time, number) SELECT period_id, agency_id, agency_name, state, due_on, section_id, is_accepted, is_returned, came_in_time, sum(number) FROM (SELECT r.period_id AS period_id, r.agency_id AS agency_id, r.agency_name AS agency_name, r.state AS state, r.due_on AS due_on, m.section_id AS section_id, r.accepted_note_id IS NOT NULL AS is_accepted, r.mend_by IS NOT NULL AS is_returned, (r.first_submitted_at AT TIME ZONE 'Asia/Shanghai')::date <= r.due_on AS came_in_time, -1 * 1 AS number FROM old_rows r JOIN measures_measure m ON m.id = r.measure_id) x GROUP BY period_id, agency_id, agency_name, state, due_on, section_id, is_accepted, is_returned, came_in_time HAVING sum(number) <> 0; RETURN NULL;", hash='56e8a11ccc512a1d7a05ca86ee203721647ae817', level='STATEMENT', operation='DELETE', pgid='pgtrigger_counted_out_b5728', referencing='REFERENCING OLD TABLE AS old_rows ', table='measures_filing', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='measure',
            trigger=pgtrigger.compiler.Trigger(name='counted_in', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO measures_measuretotal (notice_id, section_id, nature, stage, light, light_on, number) SELECT notice_id, section_id, nature, stage, light, light_on, sum(number) FROM (SELECT r.notice_id AS notice_id, r.section_id AS section_id, r.nature AS nature, r.stage AS stage, r.light AS light, r.light_on AS light_on, 1 * 1 AS number FROM new_rows r ) x GROUP BY notice_id, section_id, nature, stage, light, light_on HAVING sum(number) <> 0; RETURN NULL;', hash='5702442934fe78b4cfb9fe9d44d58677d75f646b', level='STATEMENT', operation='INSERT', pgid='pgtrigger_counted_in_ba18d', referencing='REFERENCING NEW TABLE AS new_rows ', table='measures_measure', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='measure',
            trigger=pgtrigger.compiler.Trigger(name='counted_again', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO measures_measuretotal (notice_id, section_id, nature, stage, light, light_on, number) SELECT notice_id, section_id, nature, stage, light, light_on, sum(number) FROM (SELECT r.notice_id AS notice_id, r.section_id AS section_id, r.nature AS nature, r.stage AS stage, r.light AS light, r.light_on AS light_on, 1 * 1 AS number FROM new_rows r  UNION ALL SELECT r.notice_id AS notice_id, r.section_id AS section_id, r.nature AS nature, r.stage AS stage, r.light AS light, r.light_on AS light_on, -1 * 1 AS number FROM old_rows r ) x GROUP BY notice_id, section_id, nature, stage, light, light_on HAVING sum(number) <> 0; RETURN NULL;', hash='093b94f06dd41113197ffb378b6bc967c25943b6', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_counted_again_0ad34', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='measures_measure', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='measure',
            trigger=pgtrigger.compiler.Trigger(name='counted_out', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO measures_measuretotal (notice_id, section_id, nature, stage, light, light_on, number) SELECT notice_id, section_id, nature, stage, light, light_on, sum(number) FROM (SELECT r.notice_id AS notice_id, r.section_id AS section_id, r.nature AS nature, r.stage AS stage, r.light AS light, r.light_on AS light_on, -1 * 1 AS number FROM old_rows r ) x GROUP BY notice_id, section_id, nature, stage, light, light_on HAVING sum(number) <> 0; RETURN NULL;', hash='9a2070c7564f55b9604589ab38ce5ad7832bc2e4', level='STATEMENT', operation='DELETE', pgid='pgtrigger_counted_out_9198f', referencing='REFERENCING OLD TABLE AS old_rows ', table='measures_measure', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='responsibility',
            trigger=pgtrigger.compiler.Trigger(name='counted_in', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO measures_dutytotal (notice_id, agency_id, role, lead_basis, valid_from, valid_to, number) SELECT notice_id, agency_id, role, lead_basis, valid_from, valid_to, sum(number) FROM (SELECT m.notice_id AS notice_id, r.agency_id AS agency_id, r.role AS role, r.lead_basis AS lead_basis, r.valid_from AS valid_from, r.valid_to AS valid_to, 1 * 1 AS number FROM new_rows r JOIN measures_measure m ON m.id = r.measure_id) x GROUP BY notice_id, agency_id, role, lead_basis, valid_from, valid_to HAVING sum(number) <> 0; RETURN NULL;', hash='18c198c1acbd3a7fc93a93a57773c38336d95015', level='STATEMENT', operation='INSERT', pgid='pgtrigger_counted_in_167cb', referencing='REFERENCING NEW TABLE AS new_rows ', table='measures_responsibility', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='responsibility',
            trigger=pgtrigger.compiler.Trigger(name='counted_again', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO measures_dutytotal (notice_id, agency_id, role, lead_basis, valid_from, valid_to, number) SELECT notice_id, agency_id, role, lead_basis, valid_from, valid_to, sum(number) FROM (SELECT m.notice_id AS notice_id, r.agency_id AS agency_id, r.role AS role, r.lead_basis AS lead_basis, r.valid_from AS valid_from, r.valid_to AS valid_to, 1 * 1 AS number FROM new_rows r JOIN measures_measure m ON m.id = r.measure_id UNION ALL SELECT m.notice_id AS notice_id, r.agency_id AS agency_id, r.role AS role, r.lead_basis AS lead_basis, r.valid_from AS valid_from, r.valid_to AS valid_to, -1 * 1 AS number FROM old_rows r JOIN measures_measure m ON m.id = r.measure_id) x GROUP BY notice_id, agency_id, role, lead_basis, valid_from, valid_to HAVING sum(number) <> 0; RETURN NULL;', hash='c59bbeb73fde1befc3c777b30bf1ae498af36462', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_counted_again_6bef5', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='measures_responsibility', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='responsibility',
            trigger=pgtrigger.compiler.Trigger(name='counted_out', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO measures_dutytotal (notice_id, agency_id, role, lead_basis, valid_from, valid_to, number) SELECT notice_id, agency_id, role, lead_basis, valid_from, valid_to, sum(number) FROM (SELECT m.notice_id AS notice_id, r.agency_id AS agency_id, r.role AS role, r.lead_basis AS lead_basis, r.valid_from AS valid_from, r.valid_to AS valid_to, -1 * 1 AS number FROM old_rows r JOIN measures_measure m ON m.id = r.measure_id) x GROUP BY notice_id, agency_id, role, lead_basis, valid_from, valid_to HAVING sum(number) <> 0; RETURN NULL;', hash='ac25b9ba6c2040448534f066b6322d91f69ad31b', level='STATEMENT', operation='DELETE', pgid='pgtrigger_counted_out_22e58', referencing='REFERENCING OLD TABLE AS old_rows ', table='measures_responsibility', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='snapshot',
            trigger=pgtrigger.compiler.Trigger(name='counted_in', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO measures_snapshottotal (period_id, closing, taken_at, stage, stage_label, light, light_label, section_id, number, filed, owed) SELECT period_id, closing, taken_at, stage, stage_label, light, light_label, section_id, sum(number), sum(filed), sum(owed) FROM (SELECT r.period_id AS period_id, r.closing AS closing, r.taken_at AS taken_at, r.stage AS stage, r.stage_label AS stage_label, r.light AS light, r.light_label AS light_label, m.section_id AS section_id, 1 * 1 AS number, 1 * r.filed AS filed, 1 * r.owed AS owed FROM new_rows r JOIN measures_measure m ON m.id = r.measure_id) x GROUP BY period_id, closing, taken_at, stage, stage_label, light, light_label, section_id HAVING sum(number) <> 0 OR sum(filed) <> 0 OR sum(owed) <> 0; RETURN NULL;', hash='e9d3454d6b9d861f2e2549d644cb502b58f5762c', level='STATEMENT', operation='INSERT', pgid='pgtrigger_counted_in_18305', referencing='REFERENCING NEW TABLE AS new_rows ', table='measures_snapshot', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='snapshot',
            trigger=pgtrigger.compiler.Trigger(name='counted_again', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO measures_snapshottotal (period_id, closing, taken_at, stage, stage_label, light, light_label, section_id, number, filed, owed) SELECT period_id, closing, taken_at, stage, stage_label, light, light_label, section_id, sum(number), sum(filed), sum(owed) FROM (SELECT r.period_id AS period_id, r.closing AS closing, r.taken_at AS taken_at, r.stage AS stage, r.stage_label AS stage_label, r.light AS light, r.light_label AS light_label, m.section_id AS section_id, 1 * 1 AS number, 1 * r.filed AS filed, 1 * r.owed AS owed FROM new_rows r JOIN measures_measure m ON m.id = r.measure_id UNION ALL SELECT r.period_id AS period_id, r.closing AS closing, r.taken_at AS taken_at, r.stage AS stage, r.stage_label AS stage_label, r.light AS light, r.light_label AS light_label, m.section_id AS section_id, -1 * 1 AS number, -1 * r.filed AS filed, -1 * r.owed AS owed FROM old_rows r JOIN measures_measure m ON m.id = r.measure_id) x GROUP BY period_id, closing, taken_at, stage, stage_label, light, light_label, section_id HAVING sum(number) <> 0 OR sum(filed) <> 0 OR sum(owed) <> 0; RETURN NULL;', hash='bf1f11b91b9baac1c7c77a0a0a562811794aa575', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_counted_again_ed8a4', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='measures_snapshot', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='snapshot',
            trigger=pgtrigger.compiler.Trigger(name='counted_out', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO measures_snapshottotal (period_id, closing, taken_at, stage, stage_label, light, light_label, section_id, number, filed, owed) SELECT period_id, closing, taken_at, stage, stage_label, light, light_label, section_id, sum(number), sum(filed), sum(owed) FROM (SELECT r.period_id AS period_id, r.closing AS closing, r.taken_at AS taken_at, r.stage AS stage, r.stage_label AS stage_label, r.light AS light, r.light_label AS light_label, m.section_id AS section_id, -1 * 1 AS number, -1 * r.filed AS filed, -1 * r.owed AS owed FROM old_rows r JOIN measures_measure m ON m.id = r.measure_id) x GROUP BY period_id, closing, taken_at, stage, stage_label, light, light_label, section_id HAVING sum(number) <> 0 OR sum(filed) <> 0 OR sum(owed) <> 0; RETURN NULL;', hash='61b38b93191cc2e49a95eb700afb065361e15e05', level='STATEMENT', operation='DELETE', pgid='pgtrigger_counted_out_b10de', referencing='REFERENCING OLD TABLE AS old_rows ', table='measures_snapshot', when='AFTER')),
        ),
        *[migrations.RunSQL(one, migrations.RunSQL.noop) for one in COUNTED],
    ]
