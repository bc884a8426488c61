"""The log's months: made ahead of time, and none missing at their edges."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connection, transaction

from kehra.kernel.audit import triggers
from kehra.kernel.audit.models import AuditEntry, AuditKind, NotLogged, make_partitions
from kehra.kernel.time import clock

pytestmark = pytest.mark.django_db
LOG, JOURNAL = "audit_auditentry", "journal_journalentry"


class Nobody:
    kind, user_id, name, county_id, unit_id, role, on_behalf_of_id = "nobody", None, "", None, None, "", None


def write(at: datetime) -> AuditEntry:
    return AuditEntry.objects.record(Nobody(), at=at, kind=AuditKind.READ, action="test")


def months(table: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::regclass", [table]
        )
        return {name.removeprefix(f"{table}_") for (name,) in cursor.fetchall()}


def test_a_month_without_a_place_takes_no_row() -> None:
    with pytest.raises(NotLogged), transaction.atomic():
        write(datetime(2051, 1, 1, tzinfo=UTC))


def test_months_are_made_from_the_first_to_the_last_and_again_without_harm() -> None:
    before = months(LOG)
    for _time in range(2):
        make_partitions(LOG, datetime(2050, 11, 15, tzinfo=UTC), datetime(2051, 1, 31, tzinfo=UTC))
    assert months(LOG) - before == {"2050_11", "2050_12", "2051_01"}
    for moment in (datetime(2050, 11, 1, tzinfo=UTC), datetime(2051, 1, 31, 23, 59, 59, tzinfo=UTC)):
        write(moment)


def test_the_month_of_a_helsinki_moment_is_that_of_its_utc() -> None:
    """Half past midnight on the first of the month in Helsinki is the month before in UTC."""
    moment = datetime(2050, 12, 1, 0, 30, tzinfo=ZoneInfo("Europe/Helsinki"))
    make_partitions(LOG, moment, moment)
    write(moment)


def test_no_other_table_is_given_months() -> None:
    with pytest.raises(DatabaseError, match="only the audit"), transaction.atomic():
        make_partitions("people_resident", datetime(2050, 1, 1, tzinfo=UTC), datetime(2050, 1, 1, tzinfo=UTC))


def test_a_year_of_months_is_always_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2049, 12, 31, 23, 30, tzinfo=UTC))
    triggers.keep_months_ready(0)
    for table in (LOG, JOURNAL):
        assert {"2049_12", *(f"2050_{month:02}" for month in range(1, 13)), "2051_01"} <= months(table)


def test_residents_are_kept_once_each_and_in_order() -> None:
    entry = AuditEntry.objects.record(
        Nobody(),
        at=datetime(2026, 3, 10, tzinfo=UTC),
        kind=AuditKind.READ,
        action="test",
        residents=[7, 3, 7],
    )
    assert entry.residents == [3, 7]
