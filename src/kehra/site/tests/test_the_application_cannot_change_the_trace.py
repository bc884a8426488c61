"""What the role `kehra_app` may do, tried as that role against the real tables."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import ProgrammingError, connection, transaction
from psycopg import errors

from kehra.site import roles
from kehra.site.cli import doctor

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
