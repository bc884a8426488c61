"""The two database roles, and what the application's own may do.

`kehra_owner` owns the tables and migrates. `kehra_app` serves requests and jobs: it reads and
writes rows, but what is append-only (a model that says `append_only = True`: audit, journal) it
can only add to. A hole in a page cannot erase the trace of what was done through it. `kehra_seal` seals
the traces: it reads them, and nothing else.
"""

from django.apps import apps
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from kehra.site.environment import SettingError
from kehra.site.sealing.trails import TRAILS

OWNER = "kehra_owner"
APP = "kehra_app"
SEAL = "kehra_seal"

# TRUNCATE is in neither list: it leaves no trace and no trigger sees it.
GRANTS = (
    "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {app}",
    "GRANT USAGE ON SCHEMA public TO {app}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {app}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {app}",
)


class RoleMissing(SettingError):
    """The server has no role for the application; the message gives the statement that makes it."""


def grant(connection: BaseDatabaseWrapper) -> None:
    """Gives `kehra_app` its rights on the tables there are now; run by their owner after migrating.

    All in one transaction: there is no moment with more rights. May be repeated.
    """
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP])
        if cursor.fetchone() is None:
            raise RoleMissing(
                f"The database server has no role {APP}, as which Kehrä serves requests. As an administrator "
                f"of the server run: CREATE ROLE {APP} LOGIN PASSWORD '…'; and migrate again."
            )
        for statement in GRANTS:
            _execute(cursor, statement)
        for table in append_only_tables(cursor):
            _execute(cursor, "REVOKE UPDATE, DELETE ON {table} FROM {app}", table)
        _execute(cursor, "REVOKE INSERT, UPDATE, DELETE ON {table} FROM {app}", "django_migrations")
        _grant_reading_of_traces(cursor)


def _grant_reading_of_traces(cursor: CursorWrapper) -> None:
    """To the sealer's role, where the server has it: without it nothing is sealed, but all else works."""
    cursor.execute("SELECT to_regrole(%s)", [SEAL])
    if cursor.fetchone() == (None,):
        return
    for what in ("TABLES", "SEQUENCES"):
        _execute(cursor, f"REVOKE ALL ON ALL {what} IN SCHEMA public FROM {{seal}}")
    _execute(cursor, "GRANT USAGE ON SCHEMA public TO {seal}")
    for trail in TRAILS:
        _execute(cursor, "GRANT SELECT ON {table} TO {seal}", trail.table)
        _execute(cursor, "GRANT SELECT ON SEQUENCE {table} TO {seal}", trail.sequence)


def append_only_tables(cursor: CursorWrapper) -> list[str]:
    """Tables of append-only models and their partitions: a partition can be addressed directly too."""
    declared = [model._meta.db_table for model in apps.get_models() if getattr(model, "append_only", False)]
    cursor.execute(
        """
        WITH RECURSIVE found AS (
            SELECT oid FROM pg_class WHERE relname = ANY(%s) AND relnamespace = 'public'::regnamespace
            UNION
            SELECT inhrelid FROM pg_inherits JOIN found ON inhparent = found.oid
        )
        SELECT relname FROM pg_class JOIN found USING (oid) ORDER BY relname
        """,
        [declared],
    )
    return [name for (name,) in cursor.fetchall()]


def _execute(cursor: CursorWrapper, statement: str, table: str = "") -> None:
    roles = {"app": sql.Identifier(APP), "seal": sql.Identifier(SEAL)}
    cursor.execute(sql.SQL(statement).format(**roles, table=sql.Identifier("public", table)))
