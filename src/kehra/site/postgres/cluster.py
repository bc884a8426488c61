"""A PostgreSQL server of our own, for development, tests and small installations.

What holds: it listens on a socket in a private folder and nowhere else; it never runs as root;
a committed row survives any kill; it ends when the process that started it ends, however that
ends; and the next start waits for what is left of the last one.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any, Self

import psycopg

from kehra.site.paths import state_folder
from kehra.site.postgres import archive, places, programs
from kehra.site.postgres.child import User, tied
from kehra.site.postgres.errors import PostgresError, explained

SUPERUSER = "postgres"

# Fit for a machine of two cores and 4 GB; a larger one has a server of its own (DATABASE_URL).
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "fsync": "on",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "512MB",
    "wal_compression": "on",
    "random_page_cost": "1.1",
    # Many short queries on few cores: starting helpers and compilers costs more than it saves.
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    "timezone": "Europe/Helsinki",
    "log_timezone": "Europe/Helsinki",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] ",
    # A statement that failed, and the key that it met, hold what people wrote: they are in no log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}

# Seconds.
READY_WITHIN = 120.0  # A start after a crash replays at most max_wal_size.
STOPPED_WITHIN = 10.0
GONE_WITHIN = 30.0


def tell(message: str) -> None:
    """To whoever sits at the terminal."""
    print(message, file=sys.stderr, flush=True)


class Cluster:
    """The server whose data, lock and log are in `folder`.

    Start it from the main thread: it dies with the thread that started it (child.py).
    Every error that a person can mend is a PostgresError.
    """

    def __init__(
        self, folder: Path, *, settings: Mapping[str, str] | None = None, say: Callable[[str], None] = tell
    ) -> None:
        self.folder = folder.absolute()
        self.data = self.folder / "data"
        self.log = self.folder / "postgres.log"
        self.sockets = places.sockets(self.folder)
        self.settings = SETTINGS | archive.settings(self.folder) | dict(settings or {})
        self.say = say
        self._lock: IO[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def running(self) -> bool:
        """Whether the server that this object started still runs."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Returns when the server answers. Starts it anew if it has died; does nothing if it runs."""
        if self.running():
            return
        try:
            with explained(self.folder):
                self._start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Ends the server (connections are cut, committed work is kept) and gives the folder back."""
        if self._process is not None:
            for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
                self._process.send_signal(how)
                try:
                    self._process.wait(STOPPED_WITHIN)
                    break
                except subprocess.TimeoutExpired:
                    continue
            self._process = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def url(self, database: str, role: str) -> str:
        """The connection string of `role` in `database`."""
        return f"postgresql:///{database}?host={self.sockets}&user={role}"

    def _start(self) -> None:
        self._lock = self._lock or places.claim(self.folder)
        places.check_space(self.folder)
        user = places.user(self.data)
        bin_folder = programs.ensure(state_folder())
        for path in (bin_folder / "postgres", self.data):
            places.check_way(path, user)
        self._wait_for_the_last_one()
        self._ensure_data(bin_folder, user)
        places.make_private(self.sockets, user)
        self._launch(bin_folder, user)
        self._wait_until_it_answers()

    def _wait_for_the_last_one(self) -> None:
        """The lock is ours, so what still has the data open has lost its parent and is ending."""
        end, told = time.monotonic() + GONE_WITHIN, False
        while pids := places.processes(self.data):
            names = " ".join(map(str, pids))
            if time.monotonic() > end:
                raise PostgresError(
                    f"An earlier database server (processes {names}) still has {self.data} open. "
                    f"End it (kill -QUIT {names}) and start again."
                )
            if not told:
                self.say(f"Waiting for an earlier database server to end (processes {names}) …")
                told = True
            time.sleep(0.05)
        # Nobody has the data, so these are left from a kill. PostgreSQL would believe them
        # whenever another process happens to have got the same number.
        for leftover in (
            self.data / "postmaster.pid",
            self.sockets / places.SOCKET,
            self.sockets / f"{places.SOCKET}.lock",
        ):
            leftover.unlink(missing_ok=True)

    def _ensure_data(self, bin_folder: Path, user: User | None) -> None:
        """Makes the data under another name first: it is complete or absent."""
        if self.data.exists():
            found = self.data.joinpath("PG_VERSION").read_text().strip()
            if found != programs.MAJOR:
                raise PostgresError(
                    f"{self.data} was made by PostgreSQL {found}; this is {programs.MAJOR}. Move it away to "
                    "begin anew, or dump it with the old version and load it with the new one."
                )
            return
        unfinished = self.folder / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        places.make_private(unfinished, user)
        made = subprocess.run(
            tied(
                [
                    str(bin_folder / "initdb"),
                    *("--pgdata", str(unfinished), "--username", SUPERUSER, "--encoding", "UTF8"),
                    *("--locale", "C.UTF-8", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
                    # Whoever reaches the socket is trusted: only the server's own user and root may
                    # enter its folder, and the roles keep apart what our programs do, not people.
                    *("--auth", "trust", "--no-instructions"),
                ],
                user=user,
            ),
            **surroundings(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        if made.returncode != 0:
            raise PostgresError(f"The database could not be made:\n{made.stdout.decode(errors='replace')}")
        unfinished.rename(self.data)

    def _launch(self, bin_folder: Path, user: User | None) -> None:
        if self.log.exists():
            self.log.replace(self.log.with_suffix(".log.1"))
        settings = {**self.settings, "unix_socket_directories": str(self.sockets)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = [str(bin_folder / "postgres"), "-D", str(self.data), *options]
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                tied(command, at_death=signal.SIGINT, user=user), **surroundings(), stdout=log, stderr=log
            )

    def _wait_until_it_answers(self) -> None:
        end = time.monotonic() + READY_WITHIN
        while True:
            try:
                psycopg.connect(self.url(SUPERUSER, SUPERUSER), connect_timeout=5).close()
                return
            except psycopg.OperationalError:
                if not self.running():
                    raise PostgresError(f"PostgreSQL did not start. {self._last_words()}") from None
                if time.monotonic() > end:
                    raise PostgresError(
                        f"PostgreSQL has not answered in {READY_WITHIN:.0f} s. {self._last_words()}"
                    ) from None
            time.sleep(0.05)

    def _last_words(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()[-15:]
        return "\n".join([f"Its log {self.log} ends:", *lines])


def surroundings() -> dict[str, Any]:
    """The server's own session, so that Ctrl-C reaches us alone and we stop things in order; a folder
    that every user may enter; none of our environment (PG* variables change what PostgreSQL does)."""
    return {
        "start_new_session": True,
        "cwd": "/",
        "env": {"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
        "stdin": subprocess.DEVNULL,
    }
