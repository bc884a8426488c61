"""A practice county is told from a real one by a mark on its database, so that neither can be taken for the
other whatever the settings say."""

from typing import Final

import psycopg
from psycopg import sql

from kehra.site.environment import SettingError

MARK: Final = "kehra: practice"


def mark(connection: psycopg.Connection) -> None:
    """Says on the database itself that nobody in it exists. Only its owner can, and only when it is new."""
    row = connection.execute("SELECT current_database()").fetchone()
    name = sql.Identifier(str(row and row[0]))
    connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(name, sql.Literal(MARK)))


def is_marked(connection: psycopg.Connection) -> bool:
    """Whether the database was made for practice."""
    told = connection.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
    ).fetchone()
    return told is not None and told[0] == MARK


def must_agree(connection: psycopg.Connection, *, practice: bool) -> None:
    """Raises SettingError for a real database where one practises, and for a practice one where one works."""
    if practice and not is_marked(connection):
        raise SettingError(
            "This database is not marked as a practice county, so nothing is practised in it and nothing was "
            "changed. kehra practice makes one of its own."
        )
    if not practice and is_marked(connection):
        raise SettingError(
            "This database is a practice county: nobody in it exists. Use kehra practice, or name another "
            "database in DATABASE_URL."
        )
