"""Every committed row is sealed once, whatever the order in which rows become visible."""

import json
import time
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from kehra.kernel.audit.models import AuditEntry
from kehra.kernel.journal.models import JournalEntry
from kehra.site.sealing import sealer, trails
from kehra.site.sealing.book import Book, BookWrong, read_line
from kehra.site.sealing.sealer import DatabaseIsOlder, Sealer, writing
from kehra.site.sealing.tests.trails import (
    AUDIT,
    JOURNAL,
    NOW,
    connected,
    kinds,
    seal,
    sealed_rows,
    verify,
    write,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("trail_tables")]


def look(on: psycopg.Connection, one: Sealer) -> int:
    return one.look(on, now=NOW)


def test_the_columns_are_those_of_the_tables() -> None:
    """Another column needs another form: old seals are of the old columns."""
    for trail, model in ((trails.AUDIT, AuditEntry), (trails.JOURNAL, JournalEntry)):
        columns = [field.column for field in model._meta.concrete_fields if field.column]
        assert sorted([trail.number, "at", *trail.columns]) == sorted(columns)
        assert trail.table == model._meta.db_table


def test_what_was_sealed_is_found_as_it_was(tmp_path: Path) -> None:
    with connected() as on:
        sealed_rows(on, tmp_path, "Liisa", "Olli")
        report = verify(on, tmp_path)
    assert (report.wrong, report.rows, report.seals, report.unsealed) == (0, 3, 3, 0)


def test_nothing_new_makes_no_seal(tmp_path: Path) -> None:
    with connected() as on:
        write(on)
        assert seal(on, tmp_path) == 1
        assert seal(on, tmp_path) == 0
    assert len(list(Book(tmp_path, "audit").lines())) == 1


def test_the_journal_is_sealed_by_the_same_code(tmp_path: Path) -> None:
    with connected() as on:
        on.execute(
            "INSERT INTO sealing_journal (at, happened_at, activity, county_id, matter_id, role, data)"
            " VALUES (%s, %s, 'x', '15', 1, 'nurse', '{\"a\": 1}')",
            [NOW, NOW],
        )
        assert seal(on, tmp_path, trail=JOURNAL) == 1
        assert verify(on, tmp_path, trail=JOURNAL).wrong == 0
        on.execute("UPDATE sealing_journal SET data = '{\"a\": 2}'")
        assert kinds(verify(on, tmp_path, trail=JOURNAL)) == ["changed"]


def test_a_row_that_commits_late_with_a_lower_number_is_sealed_once(tmp_path: Path) -> None:
    with connected() as on, connected() as slow, writing(tmp_path):
        one = Sealer(tmp_path, AUDIT)
        with slow.transaction():
            late = write(slow, "Late")
            write(on, "Early")
            assert [look(on, one) for _ in range(5)] == [1, 0, 0, 0, 0]
            assert any(low <= late <= high for low, high, _ in one.gaps)
        assert [look(on, one), look(on, one)] == [1, 0]
        assert verify(on, tmp_path).wrong == 0


def test_a_gap_stays_open_over_a_restart_of_the_sealer(tmp_path: Path) -> None:
    with connected() as on, connected() as slow:
        with slow.transaction():
            write(slow, "Late")
            write(on, "Early")
            assert seal(on, tmp_path) == 1
            assert seal(on, tmp_path) == 0
        assert seal(on, tmp_path) == 1
        assert verify(on, tmp_path).wrong == 0


def test_what_was_rolled_back_leaves_a_gap_that_closes(tmp_path: Path) -> None:
    with connected() as on, writing(tmp_path):
        one = Sealer(tmp_path, AUDIT)
        with on.transaction():
            write(on)
            raise psycopg.Rollback
        write(on)
        look(on, one)
        assert one.gaps
        end = time.monotonic() + 60  # others' transactions in the same server may have to end first
        while one.gaps and time.monotonic() < end:
            on.execute("SELECT pg_current_xact_id()")  # somebody goes on working
            look(on, one)
        assert one.gaps == []


def test_more_rows_than_one_look_are_sealed_in_several(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealer, "BATCH", 3)
    with connected() as on, writing(tmp_path):
        for _ in range(10):
            write(on)
        one = Sealer(tmp_path, AUDIT)
        rows = look(on, one)
        while one.behind:
            rows += look(on, one)
        assert rows == 10
        assert verify(on, tmp_path).wrong == 0


def test_what_is_newer_than_the_seals_is_said_to_be_so(tmp_path: Path) -> None:
    with connected() as on:
        sealed_rows(on, tmp_path, "Liisa")
        write(on, "New", at=NOW + timedelta(minutes=1))
        soon = verify(on, tmp_path, now=NOW + timedelta(minutes=2))
        assert (soon.wrong, soon.unsealed) == (0, 1)
        late = verify(on, tmp_path, now=NOW + timedelta(minutes=30))
        assert kinds(late) == ["unsealed"]


def test_an_unfinished_line_is_cut_off_and_its_rows_are_sealed_again(tmp_path: Path) -> None:
    with connected() as on:
        write(on)
        seal(on, tmp_path)
        whole = (tmp_path / "audit.seals").read_bytes()
        write(on)
        seal(on, tmp_path)
        (tmp_path / "status.json").unlink()  # the machine stopped before it was written
        (tmp_path / "audit.seals").write_bytes(whole + b'{"half')
        assert "not finished" in verify(on, tmp_path).findings[0].words
        assert seal(on, tmp_path) == 1
        assert verify(on, tmp_path).wrong == 0


def test_the_sealer_stops_when_the_database_was_taken_back(tmp_path: Path) -> None:
    with connected() as on:
        write(on)
        last = write(on)
        seal(on, tmp_path)
        on.execute("DELETE FROM sealing_audit WHERE id = %s", [last])
        write(on)
        with pytest.raises(DatabaseIsOlder):
            seal(on, tmp_path)


def test_the_sealer_does_not_carry_on_a_book_whose_end_was_removed(tmp_path: Path) -> None:
    with connected() as on:
        sealed_rows(on, tmp_path, "Liisa", "Olli")
        lines = (tmp_path / "audit.seals").read_bytes().splitlines(keepends=True)
        (tmp_path / "audit.seals").write_bytes(b"".join(lines[:-1]))
        with pytest.raises(BookWrong, match="removed"):
            seal(on, tmp_path)


def test_the_sealer_does_not_carry_on_a_book_of_another_key(tmp_path: Path) -> None:
    with connected() as on:
        sealed_rows(on, tmp_path, "Liisa")
        (tmp_path / "key").unlink()
        with pytest.raises(BookWrong, match="not signed by our key"):
            seal(on, tmp_path)


def test_two_sealers_do_not_write_one_book(tmp_path: Path) -> None:
    with writing(tmp_path), pytest.raises(BookWrong, match="already writes"), writing(tmp_path):
        pass


def test_the_key_can_be_read_by_its_user_only(tmp_path: Path) -> None:
    with connected() as on:
        write(on)
        seal(on, tmp_path)
    assert (tmp_path / "key").stat().st_mode & 0o077 == 0


def test_a_failing_database_is_told_in_the_status_and_the_sealer_goes_on(tmp_path: Path) -> None:
    rounds = iter([False, False, True])
    sealer.run("postgresql://127.0.0.1:1/none", tmp_path, every=0, pause=lambda _: next(rounds))
    assert "127.0.0.1" in json.loads((tmp_path / "status.json").read_text())["wrong"]


def test_a_seal_says_what_it_follows(tmp_path: Path) -> None:
    with connected() as on:
        sealed_rows(on, tmp_path, "Liisa", "Olli")
    seals = [read_line(line)[0] for line in Book(tmp_path, "audit").lines()]
    assert [one.number for one in seals] == [1, 2, 3]
    assert all(one.previous for one in seals[1:])
