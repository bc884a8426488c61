"""What the role `kehra_app` may do, tried as that role against the real tables."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction
from psycopg import errors

from kehra.site import roles
from kehra.site.cli import doctor
from kehra.site.sealing.trails import TRAILS, Trail

pytestmark = pytest.mark.django_db

TRACES = ("audit_auditentry", "journal_journalentry")


@contextmanager
def as_the_application() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {roles.APP}")
        yield
        cursor.execute("RESET ROLE")


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def refused(statement: str) -> bool:
    """Whether the server says that the role may not."""
    with as_the_application():
        try:
            with transaction.atomic():
                execute(statement)
        except ProgrammingError as error:
            return isinstance(error.__cause__, errors.InsufficientPrivilege)
    return False


def partition_of(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(inhrelid::regclass::text) FROM pg_inherits WHERE inhparent = %s::regclass", [table]
        )
        return str(cursor.fetchone()[0])


@pytest.mark.parametrize("table", TRACES)
@pytest.mark.parametrize("statement", ["UPDATE {} SET at = at", "DELETE FROM {}", "TRUNCATE {}"])
def test_it_cannot_change_a_trace_nor_one_month_of_it(table: str, statement: str) -> None:
    roles.grant(connection)
    assert refused(statement.format(table))
    assert refused(statement.format(partition_of(table)))


@pytest.mark.parametrize("table", TRACES)
@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE {table}",
        "DROP TABLE {month}",
        "ALTER TABLE {table} RENAME TO other",
        "ALTER TABLE {table} ADD COLUMN x int",
        "ALTER TABLE {table} ALTER at DROP NOT NULL",
        "ALTER TABLE {table} OWNER TO kehra_app",
        "ALTER TABLE {table} DISABLE TRIGGER ALL",
        "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE {table} DETACH PARTITION {month}",
        "ALTER TABLE {month} RENAME TO other",
        "CREATE TRIGGER t BEFORE INSERT ON {table} EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "CREATE RULE r AS ON INSERT TO {table} DO INSTEAD NOTHING",
        "CREATE INDEX ON {table} (at)",
        "LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE",
        "SELECT setval('{sequence}', 1)",
        "ALTER SEQUENCE {sequence} RESTART",
    ],
)
def test_it_cannot_work_around_that(table: str, statement: str) -> None:
    roles.grant(connection)
    sequence = {trail.table: trail.sequence for trail in TRAILS}[table]
    assert refused(statement.format(table=table, month=partition_of(table), sequence=sequence))


@pytest.mark.parametrize(
    "statement",
    [
        "SET ROLE kehra_owner",
        "SET SESSION AUTHORIZATION kehra_owner",
        "SET session_replication_role = replica",
        "CREATE FUNCTION f() RETURNS void LANGUAGE sql SECURITY DEFINER AS 'SELECT'",
        "CREATE SCHEMA other",
        "COPY audit_auditentry TO PROGRAM 'cat'",
        "ALTER ROLE kehra_app SUPERUSER",
        "CREATE ROLE helper",
    ],
)
def test_it_cannot_become_somebody_who_may(statement: str) -> None:
    """Asked on a connection that began as the application: `SET ROLE` is refused to it and not to a test
    that has only taken its role."""
    parameters = connection.get_connection_params() | {"user": roles.APP, "password": ""}
    names = ("host", "port", "user", "password", "dbname")
    options = {name: parameters[name] for name in names if parameters.get(name)}
    with psycopg.connect(**options) as on, pytest.raises(errors.InsufficientPrivilege):
        on.execute(statement)


def test_what_runs_as_the_owner_can_only_make_months() -> None:
    """The functions that run with their owner's rights: every one is known here."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace"
        )
        assert {name for (name,) in cursor.fetchall()} == {"make_month_partitions"}
        cursor.execute("SELECT proconfig FROM pg_proc WHERE proname = 'make_month_partitions'")
        assert cursor.fetchone() == (["search_path=public, pg_temp"],)
    assert not refused("SELECT make_month_partitions('audit_auditentry', '2026-01-01', '2026-01-01')")
    with as_the_application(), pytest.raises(ProgrammingError, match="only the audit"), transaction.atomic():
        execute("SELECT make_month_partitions('django_session', '2026-01-01', '2026-01-01')")


@pytest.mark.parametrize("trail", TRAILS, ids=lambda trail: trail.name)
def test_the_sealers_role_reads_the_traces_and_nothing_else(trail: Trail) -> None:
    roles.grant(connection)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, p.name FROM pg_class c, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE',"
            " 'TRUNCATE', 'TRIGGER', 'REFERENCES']) AS p (name)"
            " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v')"
            " AND has_table_privilege(%s, c.oid, p.name)",
            [roles.SEAL],
        )
        assert set(cursor.fetchall()) == {(one.table, "SELECT") for one in TRAILS}
        cursor.execute(
            "SELECT has_sequence_privilege(%s, %s, 'SELECT'), has_sequence_privilege(%s, %s, 'UPDATE')",
            [roles.SEAL, trail.sequence] * 2,
        )
        assert cursor.fetchone() == (True, False)


@pytest.mark.parametrize("table", TRACES)
def test_it_can_read_a_trace_and_has_the_right_to_add_to_it(table: str) -> None:
    roles.grant(connection)
    assert not refused(f"SELECT count(*) FROM {table}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(%s, %s, 'INSERT')", [roles.APP, table])
        assert cursor.fetchone() == (True,)


def test_it_can_work_with_other_tables_but_never_empty_one_at_once() -> None:
    roles.grant(connection)
    assert not refused("INSERT INTO django_session VALUES ('key', 'data', now())")
    assert not refused("UPDATE django_session SET expire_date = now()")
    assert not refused("DELETE FROM django_session")
    assert refused("TRUNCATE django_session")


def test_it_cannot_say_that_a_migration_was_made() -> None:
    roles.grant(connection)
    assert not refused("SELECT count(*) FROM django_migrations")
    assert refused("DELETE FROM django_migrations")


def test_it_cannot_make_tables() -> None:
    roles.grant(connection)
    assert refused("CREATE TABLE mine (x int)")


def test_granting_again_takes_back_what_was_given_by_hand() -> None:
    execute(f"GRANT ALL ON audit_auditentry TO {roles.APP}")
    execute(f"GRANT ALL ON {partition_of('audit_auditentry')} TO {roles.APP}")
    roles.grant(connection)
    roles.grant(connection)
    assert refused("TRUNCATE audit_auditentry")
    assert refused(f"DELETE FROM {partition_of('audit_auditentry')}")


def test_a_month_made_later_cannot_be_changed_either() -> None:
    roles.grant(connection)
    execute("SELECT make_month_partitions('audit_auditentry', '2040-01-01', '2040-01-01')")
    assert refused("DELETE FROM audit_auditentry_2040_01")


def test_the_doctor_says_when_the_application_could_change_a_trace() -> None:
    roles.grant(connection)
    assert doctor._append_only().level != doctor.WRONG
    execute(f"GRANT DELETE ON journal_journalentry TO {roles.APP}")
    finding = doctor._append_only()
    assert finding.level == doctor.WRONG
    assert "kehra_app may change the append-only journal_journalentry" in finding.what
    assert "kehra migrate" in finding.cure
