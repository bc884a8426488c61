"""The watch over the programs of an installation, with real processes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest

WATCH = """
import os, sys
from kehra.site.processes import Program, Watch
programs = [
    Program("The first", [sys.executable, "-c", sys.argv[1]], os.environ),
    Program("The second", [sys.executable, "-c", sys.argv[2]], os.environ),
]
Watch(programs, say=lambda message: print(message, flush=True)).run()
print("all stopped", flush=True)
"""

# One write for the line: two programs share the pipe.
LIVES = "import os, time; os.write(1, f'up {os.getpid()}\\n'.encode()); time.sleep(600)"
DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {LIVES}"
ENDS = "import sys; sys.exit(3)"


class Watched:
    """A watch in a process of its own, and what it has printed."""

    def __init__(self, first: str, second: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", WATCH, first, second], stdout=subprocess.PIPE, text=True, process_group=0
        )

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def pid(self) -> int:
        """Of the program that comes up next."""
        word, pid = self.line().split()
        assert word == "up"
        return int(pid)


@pytest.fixture
def watch() -> Iterator[Callable[[str, str], Watched]]:
    made: list[Watched] = []

    def start(first: str, second: str) -> Watched:
        made.append(Watched(first, second))
        return made[-1]

    yield start
    for watched in made:
        watched.process.kill()
        watched.process.communicate()


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def gone_within(seconds: float, *pids: int) -> bool:
    end = time.monotonic() + seconds
    while any(map(lives, pids)) and time.monotonic() < end:
        time.sleep(0.05)
    return not any(map(lives, pids))


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_all_stop_when_told_to(watch: Callable[[str, str], Watched], how: signal.Signals) -> None:
    watched = watch(LIVES, LIVES)
    pids = watched.pid(), watched.pid()
    watched.process.send_signal(how)
    assert watched.line() == "all stopped"
    assert watched.process.wait(5) == 0
    assert not any(map(lives, pids))


def test_one_that_does_not_listen_is_killed_within_ten_seconds(watch: Callable[[str, str], Watched]) -> None:
    watched = watch(LIVES, DEAF)
    pids = watched.pid(), watched.pid()
    began = time.monotonic()
    watched.process.terminate()
    assert watched.line() == "The second did not stop in 7 s and is killed."
    assert watched.line() == "all stopped"
    assert time.monotonic() - began < 10
    assert not any(map(lives, pids))


def test_one_that_is_killed_is_started_again(watch: Callable[[str, str], Watched]) -> None:
    watched = watch(LIVES, LIVES)
    first, second = watched.pid(), watched.pid()
    os.kill(second, signal.SIGKILL)
    assert watched.line().endswith("has ended (killed by SIGKILL); starting it again in 1 s.")
    assert watched.pid() not in {first, second}
    assert lives(first)


def test_one_that_keeps_ending_is_started_ever_more_slowly(watch: Callable[[str, str], Watched]) -> None:
    watched = watch(ENDS, ENDS)
    pauses = [watched.line().rpartition(" in ")[2] for _ in range(4)]
    assert pauses == ["1 s.", "1 s.", "2 s.", "2 s."]


def test_all_end_when_the_watch_is_killed(watch: Callable[[str, str], Watched]) -> None:
    watched = watch(LIVES, LIVES)
    pids = watched.pid(), watched.pid()
    watched.process.kill()
    assert gone_within(5, *pids)
