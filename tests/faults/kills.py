"""Kills programs of a running installation with -9, as a machine that fails would."""

import os
import signal
from contextlib import suppress
from pathlib import Path

from kehra.site.postgres import places
from tests.journeys.county import County


def kill_database(county: County) -> None:
    """Every process of the server at once: nothing is written after this moment."""
    for pid in places.processes(county.folder / "demo" / "data"):
        _kill(pid)


def kill_web(county: County) -> None:
    """The web server and the processes in which it serves."""
    for pid in _processes(county, "granian"):
        _kill(pid)


def kill_worker(county: County) -> None:
    _kill(_processes(county, "procrastinate")[0])


def _processes(county: County, word: str) -> list[int]:
    """The descendants of the installation whose command line holds the word, the eldest first."""
    parents = {pid: parent for pid in _pids() if (parent := _parent(pid))}
    found = []
    for pid in sorted(parents):
        above = pid
        while above in parents and above != county.pid:
            above = parents[above]
        if above == county.pid and word in _command(pid):
            found.append(pid)
    return sorted(found, key=lambda pid: parents[pid] != county.pid)


def _pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]


def _parent(pid: int) -> int:
    """0 if it has ended meanwhile."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
