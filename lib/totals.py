"""Kept totals: how many rows of a table have the same values, updated by database triggers.

A trigger inserts rows with the differences that a statement makes, and never updates one. So no
write can forget the totals, and writers do not wait for or block each other. A total is the sum of
its rows; settle() merges them into one again.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import pgtrigger
from django.db import connection


class Totals(NamedTuple):
    """How a table is counted. All texts are SQL, in which `r` is a row of the counted table."""

    table: str  # of the totals: with a `number`, and `is_settled`, false by default
    of: str  # the table that is counted
    # What rows are grouped by: an expression for each column of `table`; the first is never null.
    keys: Mapping[str, str]
    joins: str = ""  # joins that the expressions need besides r
    sums: Mapping[str, str] = {"number": "1"}

    def triggers(self) -> list[pgtrigger.Trigger]:
        """The triggers for the counted model: one for each kind of write."""
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
        """Delete the totals and count all rows. Call it only while nobody writes."""
        self._run(f"DELETE FROM {self.table}")  # noqa: S608
        self._run(self._inserting([(self.of, 1)]))
        self.settle()

    def settle(self) -> None:
        """Merge the rows of each total into one. Several calls at once do no harm."""
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
        """The number of totals that differ from a new count."""
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
        """SQL for the rows of some tables with their keys and what each adds to the sums."""
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
