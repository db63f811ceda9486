"""Kept totals: how many rows of a table stand alike, written by the database with every change.

A trigger adds a row for what a statement changes, and never updates one: so no write can forget it,
nobody waits for another's count, and no two writers can block each other. A total is the sum of its
rows; settle() makes one of them again.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import pgtrigger
from django.db import connection


class Totals(NamedTuple):
    """How a table is counted. All of it is SQL, in which `r` is a row of that table."""

    table: str  # of the totals: with a `number`, and `is_settled`, false by default
    of: str  # the table that is counted
    # What a row is counted by: an expression for each column of `table`, the first never empty.
    keys: Mapping[str, str]
    joins: str = ""  # what the expressions need beside r
    sums: Mapping[str, str] = {"number": "1"}

    def triggers(self) -> list[pgtrigger.Trigger]:
        """For the model that is counted: one for each kind of write."""
        added, gone = ("new_rows", 1), ("old_rows", -1)
        kinds = (
            ("counted_in", pgtrigger.Insert, {"new": "new_rows"}, [added]),
            (
                "counted_again",
                pgtrigger.Update,
                {"new": "new_rows", "old": "old_rows"},
                [added, gone],
            ),
            ("counted_out", pgtrigger.Delete, {"old": "old_rows"}, [gone]),
        )
        return [
            pgtrigger.Trigger(
                name=name,
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=operation,
                referencing=pgtrigger.Referencing(**tables),
                func=f"{self._inserting(changes)}; RETURN NULL;",
            )
            for name, operation, tables, changes in kinds
        ]

    def count_anew(self) -> None:
        """Forget what was kept and count all rows; while nobody writes."""
        self._run(f"DELETE FROM {self.table}")  # noqa: S608
        self._run(self._inserting([(self.of, 1)]))
        self.settle()

    def settle(self) -> None:
        """Make one row again of those that count alike. Several at once do no harm."""
        first, *others = self.keys
        same = [f"t.{first} = n.{first}", *(f"t.{o} IS NOT DISTINCT FROM n.{o}" for o in others)]
        self._run(
            f"""
            WITH gone AS (
                DELETE FROM {self.table} t
                USING (SELECT DISTINCT {self._keys} FROM {self.table} WHERE NOT is_settled) n
                WHERE {" AND ".join(same)} RETURNING t.*
            )
            INSERT INTO {self.table} ({self._keys}, {", ".join(self.sums)}, is_settled)
            SELECT {self._keys}, {self._summed}, true FROM gone
            GROUP BY {self._keys} HAVING {self._differs}
            """  # noqa: S608
        )

    def wrong(self) -> int:
        """How many totals differ from what is counted now."""
        kept = ", ".join(f"-{name} AS {name}" for name in self.sums)
        [(number,)] = self._run(
            f"""
            SELECT count(*) FROM (
                SELECT FROM (
                    {self._counted([(self.of, 1)])}
                    UNION ALL SELECT {self._keys}, {kept} FROM {self.table}
                ) x GROUP BY {self._keys} HAVING {self._differs}
            ) w
            """  # noqa: S608
        )
        return int(number)

    @property
    def _keys(self) -> str:
        return ", ".join(self.keys)

    @property
    def _summed(self) -> str:
        return ", ".join(f"sum({name})" for name in self.sums)

    @property
    def _differs(self) -> str:
        return " OR ".join(f"sum({name}) <> 0" for name in self.sums)

    def _inserting(self, changes: list[tuple[str, int]]) -> str:
        return (
            f"INSERT INTO {self.table} ({self._keys}, {', '.join(self.sums)})"  # noqa: S608
            f" SELECT {self._keys}, {self._summed} FROM ({self._counted(changes)}) x"
            f" GROUP BY {self._keys} HAVING {self._differs}"
        )

    def _counted(self, changes: list[tuple[str, int]]) -> str:
        """The rows of some tables with their keys, and with what each adds."""
        keys = [f"{sql} AS {name}" for name, sql in self.keys.items()]
        sums = list(self.sums.items())
        return " UNION ALL ".join(
            f"SELECT {', '.join([*keys, *(f'{sign} * {sql} AS {name}' for name, sql in sums)])}"  # noqa: S608
            f" FROM {table} r {self.joins}"
            for table, sign in changes
        )

    @staticmethod
    def _run(sql: str) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []
