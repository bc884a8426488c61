"""What the database's owner does to the log, or somebody to the seals, is named by row and time."""

import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from kehra.site.sealing import keys, sealer
from kehra.site.sealing.book import Book
from kehra.site.sealing.tests.trails import (
    AUDIT,
    NOW,
    connected,
    declare_restored,
    kinds,
    seal,
    sealed_rows,
    verify,
    write,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("trail_tables")]


@pytest.fixture
def owner() -> Iterator[psycopg.Connection]:
    with connected() as on:
        yield on


def words(on: psycopg.Connection, folder: Path) -> str:
    return "\n".join(finding.words for finding in verify(on, folder).findings)


def test_a_changed_row(owner: psycopg.Connection, tmp_path: Path) -> None:
    liisa, _olli = sealed_rows(owner, tmp_path, "Liisa", "Olli")
    owner.execute("UPDATE sealing_audit SET actor_name = 'Noora' WHERE id = %s", [liisa])
    report = verify(owner, tmp_path)
    assert (kinds(report), report.wrong) == (["changed"], 1)
    assert f"row {liisa} of 2026-03-02 09:00:00 UTC was changed" in report.findings[0].words


@pytest.mark.parametrize("column", AUDIT.columns)
def test_a_change_of_any_column(owner: psycopg.Connection, tmp_path: Path, column: str) -> None:
    (row,) = sealed_rows(owner, tmp_path, "Liisa")
    new = {"residents": "{7,8}", "county_id": None}.get(column, "1")
    owner.execute(
        f"ALTER TABLE sealing_audit ALTER {column} DROP NOT NULL" if column == "county_id" else "SELECT 1"
    )
    owner.execute(f"UPDATE sealing_audit SET {column} = %s WHERE id = %s", [new, row])
    assert kinds(verify(owner, tmp_path)) == ["changed"]


def test_a_removed_row(owner: psycopg.Connection, tmp_path: Path) -> None:
    liisa, _olli = sealed_rows(owner, tmp_path, "Liisa", "Olli")
    owner.execute("DELETE FROM sealing_audit WHERE id = %s", [liisa])
    report = verify(owner, tmp_path)
    assert kinds(report) == ["missing"]
    assert f"row {liisa} of 2026-03-02 09:00:00 UTC is missing" in report.findings[0].words


def test_a_row_added_among_older_ones(owner: psycopg.Connection, tmp_path: Path) -> None:
    liisa, _olli = sealed_rows(owner, tmp_path, "Liisa", "Olli")
    write(owner, "Nobody", id=liisa, at=NOW + timedelta(seconds=1))
    report = verify(owner, tmp_path)
    assert kinds(report) == ["added"]
    assert f"row {liisa} of 2026-03-02 09:00:01 UTC was added" in report.findings[0].words


def test_a_row_that_came_with_an_old_date(owner: psycopg.Connection, tmp_path: Path) -> None:
    sealed_rows(owner, tmp_path, "Liisa")
    old = write(owner, "Nobody", at=NOW - timedelta(days=30))
    seal(owner, tmp_path, now=NOW + timedelta(minutes=5))
    report = verify(owner, tmp_path)
    assert kinds(report) == ["backdated"]
    assert f"row {old} says 2026-01-31 09:00:00 UTC, but came to the log between" in report.findings[0].words


def test_what_was_there_before_sealing_began_may_be_old(owner: psycopg.Connection, tmp_path: Path) -> None:
    write(owner, at=NOW - timedelta(days=300))
    seal(owner, tmp_path)
    assert verify(owner, tmp_path).wrong == 0


def test_two_rows_that_were_swapped(owner: psycopg.Connection, tmp_path: Path) -> None:
    liisa, olli = sealed_rows(owner, tmp_path, "Liisa", "Olli")
    owner.execute(
        "UPDATE sealing_audit SET actor_name = CASE id WHEN %s THEN 'Olli' ELSE 'Liisa' END"
        " WHERE id IN (%s, %s)",
        [liisa, liisa, olli],
    )
    told = words(owner, tmp_path)
    assert f"row {liisa} of 2026-03-02 09:00:00 UTC holds what was written in row {olli}" in told
    assert f"row {olli} of 2026-03-02 09:01:00 UTC holds what was written in row {liisa}" in told


@pytest.mark.parametrize("change", ["at = at + interval '1 day'", "at = at + interval '40 days'", "id = -id"])
def test_a_row_that_was_moved(owner: psycopg.Connection, tmp_path: Path, change: str) -> None:
    liisa, _olli = sealed_rows(owner, tmp_path, "Liisa", "Olli")
    owner.execute(f"UPDATE sealing_audit SET {change} WHERE id = %s", [liisa])
    report = verify(owner, tmp_path)
    assert kinds(report) == ["missing", "moved"]
    assert f"was moved: it was row {liisa} of 2026-03-02 09:00:00 UTC" in report.findings[1].words


def test_rows_changed_behind_disabled_triggers(owner: psycopg.Connection, tmp_path: Path) -> None:
    (liisa,) = sealed_rows(owner, tmp_path, "Liisa")
    owner.execute("ALTER TABLE sealing_audit DISABLE TRIGGER ALL")
    owner.execute("UPDATE sealing_audit SET rule = 'x' WHERE id = %s", [liisa])
    owner.execute("ALTER TABLE sealing_audit ENABLE TRIGGER ALL")
    assert kinds(verify(owner, tmp_path)) == ["changed"]


@pytest.mark.parametrize(
    "statement",
    ["ALTER TABLE sealing_audit DETACH PARTITION sealing_audit_2026_03", "DROP TABLE sealing_audit_2026_03"],
)
def test_a_month_that_is_gone(owner: psycopg.Connection, tmp_path: Path, statement: str) -> None:
    first, last = sealed_rows(owner, tmp_path, "Liisa", "Olli")
    owner.execute(statement)
    report = verify(owner, tmp_path)
    owner.execute("DROP TABLE IF EXISTS sealing_audit_2026_03")
    assert (kinds(report), report.wrong) == (["missing"], 3)
    told = report.findings[0].words
    assert f"rows {first - 1} (2026-03-02 08:59:00 UTC) to {last} (2026-03-02 09:01:00 UTC)" in told
    assert "the month sealing_audit_2026_03 is not a part of the table" in told


def test_everything_emptied_at_once(owner: psycopg.Connection, tmp_path: Path) -> None:
    sealed_rows(owner, tmp_path, "Liisa", "Olli")
    owner.execute("TRUNCATE sealing_audit")
    report = verify(owner, tmp_path)
    assert (kinds(report), report.wrong) == (["missing"], 3)
    assert "taken back" in report.findings[0].words


def test_a_seal_that_was_edited(owner: psycopg.Connection, tmp_path: Path) -> None:
    sealed_rows(owner, tmp_path, "Liisa", "Olli")
    path = tmp_path / "audit.seals"
    path.write_text(path.read_text().replace('"rows":1', '"rows":2', 1))
    told = words(owner, tmp_path)
    assert "seal 1 of" in told
    assert "not signed" in told
    assert "seal 2 does not follow seal 1" in told


def test_a_line_that_is_no_seal(owner: psycopg.Connection, tmp_path: Path) -> None:
    sealed_rows(owner, tmp_path, "Liisa", "Olli")
    lines = (tmp_path / "audit.seals").read_bytes().splitlines(keepends=True)
    (tmp_path / "audit.seals").write_bytes(lines[0] + b"nothing\n" + lines[2])
    assert "seal 2 cannot be read" in words(owner, tmp_path)


def test_records_that_were_edited(owner: psycopg.Connection, tmp_path: Path) -> None:
    """Even together with the row: the root that was signed is another."""
    (liisa,) = sealed_rows(owner, tmp_path, "Liisa")
    owner.execute("UPDATE sealing_audit SET actor_name = 'Noora' WHERE id = %s", [liisa])
    record = next(AUDIT.records(owner, [(liisa, liisa)]))
    path = tmp_path / "audit.records"
    path.write_bytes(path.read_bytes()[:48] + record)
    assert kinds(verify(owner, tmp_path)) == ["records"]


@pytest.mark.parametrize("status_too", [False, True])
def test_the_last_seals_removed(owner: psycopg.Connection, tmp_path: Path, status_too: bool) -> None:
    sealed_rows(owner, tmp_path, "Liisa", "Olli")
    head = verify(owner, tmp_path).head
    path = tmp_path / "audit.seals"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    if status_too:
        (tmp_path / "status.json").unlink()
        late = verify(owner, tmp_path, now=NOW + timedelta(minutes=20))
        assert kinds(late) == ["unsealed"]
    else:
        assert "the seals end at 2, but seal 3 had been made" in words(owner, tmp_path)
    number, _, hash_ = head.partition(":")
    kept = verify(owner, tmp_path, head=(int(number), hash_))
    assert "seal 3 was kept elsewhere" in kept.findings[0].words


def test_a_seal_removed_from_the_middle(owner: psycopg.Connection, tmp_path: Path) -> None:
    sealed_rows(owner, tmp_path, "Liisa", "Olli")
    path = tmp_path / "audit.seals"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[2])
    assert "seal 3 does not follow seal 1" in words(owner, tmp_path)


def test_everything_sealed_anew_with_another_key(owner: psycopg.Connection, tmp_path: Path) -> None:
    (liisa,) = sealed_rows(owner, tmp_path, "Liisa")
    trusted = keys.public_text(keys.public(tmp_path))
    head = verify(owner, tmp_path).head
    shutil.rmtree(tmp_path)
    owner.execute("DELETE FROM sealing_audit WHERE id = %s", [liisa])
    seal(owner, tmp_path)
    number, _, hash_ = head.partition(":")
    assert "seal 2 was kept elsewhere" in verify(owner, tmp_path, head=(int(number), hash_)).findings[0].words
    (tmp_path / "key.public").write_text(trusted)
    assert "not signed by the key" in words(owner, tmp_path)


def test_no_seals_at_all(owner: psycopg.Connection, tmp_path: Path) -> None:
    (liisa,) = sealed_rows(owner, tmp_path, "Liisa")
    (tmp_path / "audit.seals").unlink()
    assert liisa
    assert kinds(verify(owner, tmp_path)) == ["seal"]


def test_what_was_sealed_before_a_day_is_left_out_when_asked(
    owner: psycopg.Connection, tmp_path: Path
) -> None:
    liisa, olli = sealed_rows(owner, tmp_path, "Liisa", "Olli")
    owner.execute("DELETE FROM sealing_audit WHERE id = %s", [liisa])
    assert verify(owner, tmp_path, since=NOW + timedelta(minutes=1)).wrong == 0
    owner.execute("DELETE FROM sealing_audit WHERE id = %s", [olli])
    assert verify(owner, tmp_path, since=NOW + timedelta(minutes=1)).wrong == 1


def take_back(on: psycopg.Connection, rows: list[int], sequence: int) -> None:
    """As a restore from a backup leaves the database."""
    on.execute("DELETE FROM sealing_audit WHERE id = ANY(%s)", [rows])
    on.execute("SELECT setval('sealing_audit_id_seq', %s)", [sequence])


def test_a_database_taken_back_is_noticed_and_a_lawful_restore_declared(
    owner: psycopg.Connection, tmp_path: Path
) -> None:
    liisa, olli, noora = sealed_rows(owner, tmp_path, "Liisa", "Olli", "Noora")
    take_back(owner, [olli, noora], liisa)
    assert "2 rows that were sealed" in words(owner, tmp_path)
    assert "taken back" in words(owner, tmp_path)
    with pytest.raises(sealer.DatabaseIsOlder):
        seal(owner, tmp_path)
    lost = declare_restored(
        tmp_path, to=NOW + timedelta(seconds=30), reason="the disk broke", now=NOW + timedelta(hours=1)
    )
    assert lost == {"audit": 2, "journal": 0}
    report = verify(owner, tmp_path)
    assert (report.wrong, report.lost) == (0, 2)
    assert "restored, 2 rows lost; the disk broke" in report.statements[0]
    new = write(owner, "After", at=NOW + timedelta(hours=1))
    assert new > noora
    assert seal(owner, tmp_path, now=NOW + timedelta(hours=1)) == 1
    assert verify(owner, tmp_path).wrong == 0


def test_a_restore_excuses_no_row_that_was_sealed_before_it(
    owner: psycopg.Connection, tmp_path: Path
) -> None:
    liisa, olli, noora = sealed_rows(owner, tmp_path, "Liisa", "Olli", "Noora")
    take_back(owner, [liisa, olli, noora], noora)
    declare_restored(tmp_path, to=NOW + timedelta(seconds=30), reason="x", now=NOW)
    report = verify(owner, tmp_path)
    assert (report.wrong, report.lost) == (1, 2)
    assert f"row {liisa}" in report.findings[0].words


def test_where_nothing_was_sealed_there_is_nothing_to_declare(tmp_path: Path) -> None:
    assert declare_restored(tmp_path / "none", to=NOW, reason="x", now=NOW) == {}


def test_many_rows_are_compared_without_holding_them_all(
    owner: psycopg.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kehra.site.sealing.verify.RUN", 10)
    for _ in range(25):
        sealed_rows(owner, tmp_path, "Liisa")
    owner.execute("UPDATE sealing_audit SET rule = 'x' WHERE id % 10 = 0")
    report = verify(owner, tmp_path)
    assert report.rows == 50
    assert report.wrong == len([one for one in report.findings if one.kind == "changed"]) == 5


def test_the_records_are_as_the_seals_say(owner: psycopg.Connection, tmp_path: Path) -> None:
    sealed_rows(owner, tmp_path, "Liisa")
    assert Book(tmp_path, "audit").records.stat().st_size == 2 * 48
    assert json.loads((tmp_path / "status.json").read_text())["trails"]["audit"]["number"] == 2
