"""The data that is measured on: made by rule from a number and a day, equal at every run.

The notice that the product knows stays the first one; the others are copies of its shape. Each
measure has 3 to 6 agencies; each agency a filing in each of 8 quarters, with an accepted note and
its review, except in the newest quarter, which is open and half filed: there each tenth of what
came waits for its review.
"""

from datetime import date
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Field, Model

from agencies.choices import AgencyKind
from agencies.models import Agency, Membership, User
from agencies.permissions import Role
from measures.lights.refresh import refresh_all_lights
from measures.models import (
    Filing,
    Measure,
    Note,
    Notice,
    Period,
    Responsibility,
    Review,
    Section,
    Snapshot,
    StatusUpdate,
)
from measures.models.totals import KEPT
from measures.rules.periods import Quarter

PERIODS = 8
A_NOTICE = 17
SECTIONS = 5
TEXT = "推进政策措施落实，完成进口额同比增长，召开专题协调会，走访重点企业，办理通关便利化事项。"


def seed(
    measures: int, *, on: date, per_notice: int = A_NOTICE, agencies: str = "3 + m.id % 4"
) -> None:
    """Fill an empty, migrated database. `agencies`: how many a measure has, in SQL of m."""
    call_command("load_notice", verbosity=0)
    people()
    with transaction.atomic():
        # The data is right by rule: triggers and foreign keys need not look at each row.
        run("SET LOCAL session_replication_role = replica")
        _notices(max(measures - A_NOTICE, 0), per_notice)
        _responsibilities(agencies)
        _periods(on)
        _filings()
        _snapshots()
        for _, totals in KEPT:
            totals.count_anew()
        run("SET LOCAL session_replication_role = origin")  # from here on they are kept
        run("UPDATE measures_filing SET state = state WHERE state = 'submitted'")
    run("ANALYZE")
    refresh_all_lights(on=on)


def people() -> None:
    office = Notice.objects.get().coordinator
    customs = Agency.objects.get(short_name="重庆海关")  # seven measures of the first notice
    for name, role, agency in (
        ("tongchou", Role.COORDINATOR, office),
        ("fuze", Role.CHIEF, office),
        ("lianluo", Role.LIAISON, customs),
    ):
        make_person(name, role, agency)


def make_person(name: str, role: Role, agency: Agency) -> None:
    user = User.objects.create(username=name, name=name, must_change_password=False)
    Membership.objects.create(
        user=user,
        agency=agency,
        role=role,
        role_group=role.group,
        valid_from=date(2018, 1, 1),
    )


def spread_over_agencies(period: Period, agencies: int, *, due_on: date) -> list[int]:
    """Give a period's filings, unfiled and due on a day, to agencies of their own; their ids.

    Each has a liaison.
    """
    since = f"DATE '{period.covers_from}'"
    fill(
        Agency,
        f"generate_series(1, {agencies}) g",
        code="'bench' || g",
        full_name="'第' || g || '单位'",
        short_name="'第' || g || '单位'",
        kind=f"'{AgencyKind.MUNICIPAL}'",
        order="1000 + g",
    )
    fill(
        User,
        f"generate_series(1, {agencies}) g",
        username="'bench' || g",
        name="'联络员' || g",
        must_change_password="false",
    )
    fill(
        Membership,
        "agencies_user u JOIN agencies_agency a ON a.code = u.username",
        user_id="u.id",
        agency_id="a.id",
        role=f"'{Role.LIAISON}'",
        role_group=f"'{Role.LIAISON.group}'",
        valid_from=since,
    )
    run("SET session_replication_role = replica")  # what hangs on the filings may stay behind
    run(
        f"""UPDATE measures_filing f SET agency_id = a.id, agency_name = a.short_name,
            state = 'pending', accepted_note_id = NULL, first_submitted_at = NULL,
            due_on = DATE '{due_on}'
            FROM (SELECT id, row_number() OVER (ORDER BY measure_id, id) AS place
                  FROM measures_filing WHERE period_id = {period.pk}) p
            JOIN (SELECT id, short_name, row_number() OVER (ORDER BY id) - 1 AS place
                  FROM agencies_agency WHERE code LIKE 'bench%') a
              ON a.place = p.place % {agencies}
            WHERE f.id = p.id"""
    )
    run("SET session_replication_role = origin")
    run("ANALYZE")
    made = Agency.objects.filter(code__startswith="bench").order_by("pk")
    return list(made.values_list("pk", flat=True))


def _notices(extra: int, per_notice: int) -> None:
    first = Notice.objects.get()
    wanted = -(-extra // per_notice)
    fill(
        Notice,
        f"measures_notice n, generate_series(1, {wanted}) g WHERE n.id = {first.pk}",
        number="'渝府办发〔2019〕' || g || '号'",
        title="n.title",
        issuer="n.issuer",
        issued_on="n.issued_on",
        coordinator_id="n.coordinator_id",
        preamble="n.preamble",
        closing="n.closing",
        drafted_by="n.drafted_by",
        addressed_to="n.addressed_to",
        captured_text="''",
        captured_digest="n.captured_digest",
    )
    others = f"measures_notice n, generate_series(1, {SECTIONS}) g WHERE n.id <> {first.pk}"
    fill(Section, others, notice_id="n.id", ordinal="g", title="'第' || g || '部分'")
    fill(
        Measure,
        f"""measures_notice n, generate_series(1, {per_notice}) g, measures_section s
            WHERE n.id <> {first.pk} AND s.notice_id = n.id AND s.ordinal = 1 + g % {SECTIONS}
            AND (n.id - {first.pk} - 1) * {per_notice} + g <= {extra}""",
        notice_id="n.id",
        section_id="s.id",
        ordinal="g",
        title="'推进扩大进口第' || g || '件事'",
        text="ARRAY['推进这件事。']",
        starts_on="n.issued_on",
        stage="'under_way'",
    )


def _responsibilities(agencies: str) -> None:
    fill(
        Responsibility,
        f"""measures_measure m CROSS JOIN LATERAL generate_series(0, {agencies} - 1) g
            JOIN (SELECT id, row_number() OVER (ORDER BY "order") - 1 AS place
                  FROM agencies_agency WHERE id IN (SELECT agency_id FROM measures_responsibility)
                 ) a ON a.place = (m.id * 5 + g) % 17
            WHERE NOT EXISTS (SELECT 1 FROM measures_responsibility r WHERE r.measure_id = m.id)
              AND NOT EXISTS (SELECT 1 FROM measures_gap p WHERE p.measure_id = m.id)""",
        measure_id="m.id",
        agency_id="a.id",
        order="g + 1",
        role="CASE WHEN g = 0 THEN 'lead' ELSE 'responsible' END",
        lead_basis="CASE WHEN g = 0 THEN 'first_named' ELSE '' END",
    )


def _periods(on: date) -> None:
    quarter = (on.month - 1) // 3
    for back in range(PERIODS):
        number = on.year * 4 + quarter - 1 - back
        one = Quarter(number // 4, number % 4 + 1)
        is_open = back == 0
        due = f"DATE '{one.ends_on}' + 90"
        fill(
            Period,
            "measures_notice n",
            notice_id="n.id",
            kind="n.main_kind",
            label=f"'{one.label}'",
            covers_from=f"DATE '{one.starts_on}'",
            covers_to=f"DATE '{one.ends_on}'",
            cumulative_from=f"DATE '{one.year}-01-01'",
            opens_on=f"DATE '{one.ends_on}'",
            due_on=due,
            closes_on=f"{due} + 14",
            state="'open'" if is_open else "'closed'",
            opened_at=f"TIMESTAMPTZ '{one.ends_on} 01:00+08'",
            closed_at="NULL"
            if is_open
            else f"TIMESTAMPTZ '{one.ends_on} 01:00+08' + INTERVAL '60 days'",
        )


def _filings() -> None:
    # One note for each filing, under the filing's own number; of the open quarter, every second.
    says = "(p.state = 'closed' OR (m.id / 2 + a.id) % 2 = 0)"
    waits = "(p.state = 'open' AND (m.id * 3 + a.id) % 20 = 0)"
    fill(
        Filing,
        """measures_period p JOIN measures_measure m USING (notice_id)
           JOIN measures_responsibility r ON r.measure_id = m.id
           JOIN agencies_agency a ON a.id = r.agency_id""",
        id="row_number() OVER ()",
        accepted_note_id=f"CASE WHEN {says} AND NOT {waits} THEN row_number() OVER () END",
        period_id="p.id",
        measure_id="m.id",
        agency_id="a.id",
        role="r.role",
        agency_name="a.short_name",
        due_on="p.due_on",
        state=f"""CASE WHEN NOT {says} THEN 'pending' WHEN {waits} THEN 'submitted'
                  ELSE 'accepted' END""",
        first_submitted_at=f"CASE WHEN {says} THEN p.opened_at + INTERVAL '1 day' END",
    )
    person = User.objects.get(username="lianluo").pk
    chief = User.objects.get(username="fuze").pk
    moment = "f.first_submitted_at"
    fill(
        Note,
        "measures_filing f WHERE f.state <> 'pending'",
        id="f.id",
        filing_id="f.id",
        version="1",
        progress=f"'{TEXT}第' || f.id || '件。{TEXT}'",
        problems="CASE WHEN f.id % 5 = 0 THEN '部分企业对政策了解不够。' ELSE '' END",
        next_steps="'下一步继续推进第' || f.id || '件。'",
        claimed_stage="'under_way'",
        author_id=str(person),
        saved_at=moment,
        submitted_by_id=str(person),
        submitted_at=moment,
        left_at=moment,
    )
    for table in ("measures_filing", "measures_note"):
        run(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'),"
            " (SELECT max(id) FROM measures_filing))"
        )
    fill(
        Review,
        "measures_note n JOIN measures_filing f ON f.accepted_note_id = n.id",
        note_id="n.id",
        begun_by_id=str(chief),
        begun_at="n.left_at",
        decided_by_id=str(chief),
        decided_at="n.left_at + INTERVAL '1 day'",
        decision="'accept'",
    )


def _snapshots() -> None:
    closed = "measures_period p JOIN measures_measure m USING (notice_id) WHERE p.state = 'closed'"
    fill(
        Snapshot,
        closed,
        period_id="p.id",
        measure_id="m.id",
        taken_at="p.closed_at",
        stage="'under_way'",
        stage_label="'推进中'",
        light="CASE WHEN m.id % 7 = 0 THEN 'yellow' ELSE 'green' END",
        light_label="CASE WHEN m.id % 7 = 0 THEN '预警' ELSE '正常' END",
        sentence="'按期报送。'",
        filed="4",
        owed="4",
    )
    run("UPDATE measures_measure SET stage = 'under_way'")  # the first notice's, as its updates say
    chief = User.objects.get(username="fuze").pk
    fill(
        StatusUpdate,
        closed,
        measure_id="m.id",
        period_id="p.id",
        stage="'under_way'",
        reason="'按各单位报送情况更新。'",
        by_id=str(chief),
        at="p.closed_at",
    )


def fill(model: type[Model], source: str, **columns: str) -> int:
    """Insert one row for each row of `source` (what follows FROM); returns how many.

    `columns`: an SQL expression by column name. Columns that are not named get the default of
    their field, or of the database, so that a field added to the model needs nothing here.
    """
    # The driver reads a single % as its own sign.
    expressions = {name: sql.replace("%", "%%") for name, sql in columns.items()}
    source, values = source.replace("%", "%%"), []
    for field in model._meta.concrete_fields:
        if field.column is None or field.column in columns or field.primary_key:
            continue
        if field.has_db_default():
            continue
        expressions[field.column] = "%s"
        values.append(_default(field))
    names = ", ".join(f'"{name}"' for name in expressions)
    chosen = ", ".join(expressions.values())
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{model._meta.db_table}" ({names}) SELECT {chosen} FROM {source}',
            values,
        )
        return cursor.rowcount


def _default(field: Field) -> Any:
    value = None if field.null and not field.has_default() else field.get_default()
    return field.get_db_prep_save(value, connection)


def run(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []
