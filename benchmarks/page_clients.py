"""Clients of a running server, and what it costs to answer them."""

import http.client
import random
import statistics
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

Pages = Sequence[tuple[str, str]]


@dataclass
class Answers:
    """Milliseconds by kind of page."""

    taken: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    seconds: float = 0.0

    def p95(self, *kinds: str) -> float:
        """The 95th percentile of these kinds together."""
        taken = sorted(one for kind in kinds for one in self.taken[kind])
        return taken[int(len(taken) * 0.95)] if taken else float("nan")

    def median(self, kind: str) -> float:
        """The middle one."""
        return statistics.median(self.taken[kind])

    def count(self) -> int:
        """Of all pages."""
        return sum(map(len, self.taken.values()))


class Client:
    """One browser of one person who has signed in, with a connection that stays open."""

    def __init__(self, port: int, cookie: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.headers = {"Cookie": cookie}

    def get(self, path: str) -> float:
        """Opens a page. Returns milliseconds until its last byte; raises SystemExit for any other status."""
        begun = time.perf_counter()
        self.connection.request("GET", path, headers=self.headers)
        response = self.connection.getresponse()
        response.read()
        if response.status != 200:
            raise SystemExit(f"{path} answered {response.status}")
        return (time.perf_counter() - begun) * 1000


def drive(port: int, who: Sequence[tuple[str, Pages]], *, seconds: float, pause: float) -> Answers:
    """Each of `who` (a cookie and the pages) asks for one page after the other for `seconds`, resting
    between two pages `pause` seconds on average (half to one and a half of it; 0: no rest)."""
    answers, end = Answers(), time.monotonic() + seconds
    failures: list[BaseException] = []

    def browse(number: int, cookie: str, pages: Pages) -> None:
        chance = random.Random(number)  # noqa: S311 -- repeatable, not secret
        client = Client(port, cookie)
        time.sleep(chance.random() * pause)
        turn = number
        try:
            while time.monotonic() < end:
                kind, path = pages[turn % len(pages)]
                answers.taken[kind].append(client.get(path))
                turn += 1
                time.sleep(pause * chance.uniform(0.5, 1.5))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=browse, args=(number, *one)) for number, one in enumerate(who)]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answers.seconds = time.monotonic() - begun
    if failures:
        raise failures[0]
    return answers


@dataclass(frozen=True)
class Costs:
    """The processes that answer for one server: its web workers and its sessions in the database."""

    web: int
    url: str

    def milliseconds(self) -> float:
        """The time on a processor of all of them so far."""
        return sum(_on_processor(pid) for pid in (*_family(self.web), *self._sessions()))

    def _sessions(self) -> list[int]:
        with psycopg.connect(self.url) as database:
            rows = database.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database() "
                "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )
            return [pid for (pid,) in rows]


def cost(costs: Costs, client: Client, path: str, *, times: int) -> float:
    """Milliseconds on a processor for one opening of the page, the mean of `times`."""
    before = costs.milliseconds()
    for _time in range(times):
        client.get(path)
    return (costs.milliseconds() - before) / times


def _family(leader: int) -> list[int]:
    """The processes of the session that this one leads (`processes.Program` starts each in its own)."""
    stats = (path.read_text() for path in Path("/proc").glob("[0-9]*/stat") if path.exists())
    told = ((int(stat.split()[0]), stat.rpartition(")")[2].split()) for stat in stats)
    return [pid for pid, values in told if int(values[3]) == leader]


def _on_processor(pid: int) -> float:
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            total += int((task / "schedstat").read_text().split()[0])
        except FileNotFoundError:  # a thread that has just ended
            continue
    return total / 1e6
