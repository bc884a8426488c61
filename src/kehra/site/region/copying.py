"""Rows on their way into a table through COPY, with their ids given beforehand."""

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from operator import itemgetter
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from psycopg import sql


class Table:
    """The rows of one model. What a row does not say is the default of its field, so that a field
    that is added to the model later needs nothing here."""

    def __init__(self, model: type[models.Model], *, id_column: str = "id") -> None:
        self.model = model
        self.id_column = id_column
        self.rows: list[dict[str, Any]] = []
        self._fields = {
            str(field.column): field
            for field in model._meta.concrete_fields
            if not isinstance(field, models.CompositePrimaryKey)
        }
        self._defaults = {
            column: _default(field) for column, field in self._fields.items() if column != id_column
        }
        self._next = _first_free(model._meta.db_table, id_column)

    def add(self, **values: Any) -> dict[str, Any]:
        """Adds a row (by column) and gives it, with its id; it may be changed until it is copied."""
        row = {self.id_column: self._next, **self._defaults, **values}
        self._next += 1
        self.rows.append(row)
        return row

    def put(self, **values: Any) -> dict[str, Any]:
        """Adds a row of a table whose key is another row's."""
        row = {**self._defaults, **values}
        self.rows.append(row)
        return row

    def in_order_of(self, column: str) -> None:
        """Numbers the rows again by time; those of the same instant stay in the order of adding."""
        self.rows.sort(key=lambda row: row[column])
        first = self._next - len(self.rows)
        for number, row in enumerate(self.rows, start=first):
            row[self.id_column] = number

    def taken(self) -> list[dict[str, Any]]:
        """The rows so far, which the table forgets."""
        rows, self.rows = self.rows, []
        return rows

    def copy(self, rows: list[dict[str, Any]]) -> None:
        """Writes rows that were taken, and sets the sequence of ids after them."""
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(self.model._meta.db_table),
            sql.SQL(", ").join(sql.Identifier(name) for name in self._fields),
        )
        in_order = itemgetter(*self._fields)
        written = [(name, write) for name, field in self._fields.items() if (write := _writing(field))]
        with connection.cursor() as cursor, cursor.copy(statement) as out:
            for row in rows:
                for name, write in written:
                    if row[name] is not None:
                        row[name] = write(row[name])
                out.write_row(in_order(row))
        if rows:
            self._set_sequence()

    def _set_sequence(self) -> None:
        sequence = _sequence(self.model._meta.db_table, self.id_column)
        if sequence is not None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT setval(%s, %s)", [sequence, self._next - 1])


def _writing(field: "models.Field[Any, Any]") -> Callable[[Any], str] | None:
    """How a value of the field is written for COPY; None for what the driver writes by itself."""
    if isinstance(field, ArrayField):
        return _array
    if isinstance(field, models.JSONField):
        return json.dumps
    return datetime.isoformat if isinstance(field, models.DateTimeField) else None


def _array(values: Iterable[Any]) -> str:
    return "{" + ",".join(map(str, values)) + "}"  # ids and holders: nothing in them needs quotes


def _default(field: "models.Field[Any, Any]") -> Any:
    if field.has_default():
        return field.get_default()
    return "" if field.empty_strings_allowed and not field.null else None


def _first_free(table: str, column: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("SELECT coalesce(max({}), 0) + 1 FROM {}").format(
                sql.Identifier(column), sql.Identifier(table)
            )
        )
        return int(cursor.fetchone()[0])


def _sequence(table: str, column: str) -> str | None:
    """The sequence that gives the column its values; None for a key that is another row's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [table, column])
        name: str | None = cursor.fetchone()[0]
        return name


def copy_all(tables: Iterable[Table]) -> None:
    """Copies tables in the order given."""
    for table in tables:
        table.copy(table.taken())
