"""The running program of the journeys: the demo itself, with a small county, on ports of its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psycopg

SCALE = "1/500"
READY_WITHIN = 480.0  # a minute on a quiet machine; others may be at work on this one
WORKED_WITHIN = 30.0


@dataclass(frozen=True)
class County:
    """Where the demo answers, and its database for what only time or an administrator could do."""

    url: str
    sign_in_url: str
    database_url: str
    folder: Path
    pid: int

    def change(self, sql: str, *parameters: object) -> None:
        """What a journey cannot do by hand: let a guardianship end, let a day pass."""
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            connection.execute(sql, parameters)

    def ask(self, sql: str, *parameters: object) -> list[tuple[object, ...]]:
        """What the database says."""
        with psycopg.connect(self.database_url) as connection:
            return connection.execute(sql, parameters).fetchall()

    def work(self, task: str) -> None:
        """Lets the running worker do now what the clock would start, and waits until it is done."""
        [(job,)] = self._write(
            "insert into procrastinate_jobs (queue_name, task_name, args) "
            "values ('default', %s, '{\"timestamp\": 0}') returning id",
            task,
        )
        end = time.monotonic() + WORKED_WITHIN
        while time.monotonic() < end:
            [(status,)] = self.ask("select status::text from procrastinate_jobs where id = %s", job)
            if status == "succeeded":
                return
            time.sleep(0.2)
        raise AssertionError(f"{task} is {status} after {WORKED_WITHIN:.0f} s")

    def _write(self, sql: str, *parameters: object) -> list[tuple[object, ...]]:
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            return connection.execute(sql, parameters).fetchall()


@contextmanager
def running_county(folder: Path, *, scale: str = SCALE, **settings: str) -> Iterator[County]:
    """Starts `kehra demo` with a small county and stops it as Ctrl-C does. `settings` are for its
    environment."""
    port = _free_ports()
    environment = {**os.environ, "KEHRA_STATE": str(folder), "PYTHONUNBUFFERED": "1"}
    for name in (
        "DATABASE_URL",
        "KEHRA_SECRET_KEY",
        "KEHRA_STATIC",
        "KEHRA_EMAIL_BACKEND",
        "KEHRA_EMAIL_GATEWAY",
        "KEHRA_SMS_GATEWAY",
        "KEHRA_OIDC_ISSUER",
    ):
        environment.pop(name, None)
    environment |= settings
    log = folder / "demo.log"
    with log.open("w") as output:
        demo = subprocess.Popen(
            [sys.executable, "-m", "kehra.site.cli.program", "demo", "--port", str(port), "--scale", scale],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_for(url, demo, log)
            database_url = _database_url(folder, environment)
            yield County(url, f"http://127.0.0.1:{port + 1}", database_url, folder, demo.pid)
        finally:
            demo.terminate()
            demo.wait(20)


def _wait_for(url: str, demo: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + READY_WITHIN
    while time.monotonic() < end:
        if demo.poll() is not None:
            raise AssertionError(f"The demo ended before its first page:\n{log.read_text()[-3000:]}")
        try:
            urlopen(f"{url}/help/", timeout=5).close()  # noqa: S310 - our own program on this machine
            return
        except (URLError, OSError):
            time.sleep(0.3)
    raise AssertionError(f"No page in {READY_WITHIN:.0f} s:\n{log.read_text()[-3000:]}")


def _database_url(folder: Path, environment: dict[str, str]) -> str:
    """As the cluster names it in a process with the demo's own state folder."""
    code = (
        "from pathlib import Path; from kehra.site import roles; "
        "from kehra.site.postgres.cluster import Cluster; "
        f"print(Cluster(Path({str(folder / 'demo')!r})).url('kehra', roles.OWNER))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    return answer.stdout.strip()


def _free_ports() -> int:
    """A port that is free together with the next two: sign-in and the patient system answer there."""
    while True:
        with socket.socket() as first, socket.socket() as second, socket.socket() as third:
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
                third.bind(("127.0.0.1", port + 2))
            except (OSError, OverflowError):
                continue
            return port
