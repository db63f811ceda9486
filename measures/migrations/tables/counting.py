"""Triggers that insert into a table of totals what a statement adds to them or takes away."""

from pgtrigger.compiler import Trigger, UpsertTriggerSql

MEASURE = "JOIN measures_measure m ON m.id = r.measure_id"
NUMBER = {"number": "1"}


def counted(model, totals, ids, keys, joins="", sums=NUMBER):
    """Return a trigger for each kind of write, given the last digits of their functions' names."""
    new, old = ("new_rows", 1), ("old_rows", -1)
    new_table, old_table = "NEW TABLE AS new_rows ", "OLD TABLE AS old_rows "
    kinds = (
        ("counted_in", "INSERT", new_table, [new]),
        ("counted_again", "UPDATE", f"{old_table} {new_table}", [new, old]),
        ("counted_out", "DELETE", old_table, [old]),
    )
    return [
        Trigger(
            name=name,
            sql=UpsertTriggerSql(
                pgid=f"pgtrigger_{name}_{digits}",
                table=f"measures_{model}",
                when="AFTER",
                operation=operation,
                level="STATEMENT",
                referencing=f"REFERENCING {tables}",
                func=f"{inserting(f'measures_{totals}', keys, joins, sums, changes)}; RETURN NULL;",
            ),
        )
        for (name, operation, tables, changes), digits in zip(kinds, ids, strict=True)
    ]


def inserting(table, keys, joins, sums, changes):
    names = ", ".join(keys)
    summed = ", ".join(f"sum({name})" for name in sums)
    differs = " OR ".join(f"sum({name}) <> 0" for name in sums)
    key_columns = [f"{sql} AS {name}" for name, sql in keys.items()]
    rows = " UNION ALL ".join(
        f"SELECT {', '.join([*key_columns, *(f'{sign} * {sql} AS {n}' for n, sql in sums.items())])}"
        f" FROM {changed} r {joins}"
        for changed, sign in changes
    )
    return (
        f"INSERT INTO {table} ({names}, {', '.join(sums)}) SELECT {names}, {summed} FROM ({rows}) x"
        f" GROUP BY {names} HAVING {differs}"
    )


def same(*names):
    return {name: f"r.{name}" for name in names}
