"""One run: a crowd books for a while, and meanwhile things are killed."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.faults import kills
from tests.faults.clients import Crowd
from tests.faults.judge import Verdict, judge, wait_for_mail
from tests.faults.ledger import Ledger
from tests.faults.mail import Mailbox, mail_server
from tests.faults.people import make_people
from tests.journeys.county import County, running_county

FELT_WITHIN = 2.0  # seconds
STEADY_LOOKS = 5  # pages one after another before an outage counts as over
BACK_WITHIN = 90.0
ANSWERED_WITHIN = 60.0

Kill = tuple[str, Callable[[County], None]]
DATABASE: Kill = ("database", kills.kill_database)
WEB: Kill = ("web server", kills.kill_web)
WORKER: Kill = ("worker", kills.kill_worker)
ALL = (DATABASE, DATABASE, DATABASE, WEB, WORKER)


@dataclass(frozen=True)
class Outage:
    """What was killed, when (seconds from the beginning), and for how long nobody saw a page; for the worker,
    for how long no e-mail went out."""

    what: str
    at: float
    seconds: float


@dataclass(frozen=True)
class Run:
    """A run and its verdict. `failures` are requests that the service did not answer."""

    seconds: float
    ledger: Ledger
    verdict: Verdict
    outages: list[Outage]

    @property
    def bookings_per_s(self) -> float:
        return len(self.ledger.done("book", "move")) / self.seconds


@contextmanager
def installation(scale: str) -> Iterator[tuple[County, Mailbox]]:
    """`kehra demo` with a database of its own, two web processes and a worker; its e-mails come to us."""
    with TemporaryDirectory(prefix="kehra-faults-", dir="/tmp") as name, mail_server() as mailbox:
        folder = Path(name)
        folder.chmod(0o755)  # Started by root, the database runs as another user.
        settings = {
            "KEHRA_EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "KEHRA_EMAIL_HOST": "127.0.0.1",
            "KEHRA_EMAIL_PORT": str(mailbox.port),
        }
        with running_county(folder, scale=scale, **settings) as county:
            yield county, mailbox


def burn(
    county: County,
    mailbox: Mailbox,
    *,
    residents: int = 40,
    workers: int = 2,
    times: int = 20,
    seconds: float = 0.0,
    killed: Sequence[Kill] = (),
    busy: float = 4.0,
    settled_within: float = 180.0,
) -> Run:
    """Lets the crowd work for `seconds`, then while each of `killed` is killed after `busy` seconds and comes
    back, then waits until all have their answers and the e-mails have gone out."""
    people = make_people(county, residents=residents, workers=workers, times=times)
    ledger = Ledger()
    crowd = Crowd(county.url, people, ledger)
    begun = time.monotonic()
    threads = crowd.start()
    time.sleep(seconds)
    outages = []
    for one in killed:
        time.sleep(busy)
        outages.append(_kill(one, county, crowd, mailbox, begun))
    took = time.monotonic() - begun
    crowd.stop.set()
    for thread in threads:
        thread.join(max(0.0, begun + took + ANSWERED_WITHIN - time.monotonic()))
    crowd.give_up.set()
    for thread in threads:
        thread.join()
    if WORKER in killed:
        _let_worker_be_missed(county)
    wait_for_mail(county, people.matters, within=settled_within)
    return Run(took, ledger, judge(county, ledger, mailbox, people.matters), outages)


def _kill(kill: Kill, county: County, crowd: Crowd, mailbox: Mailbox, begun: float) -> Outage:
    what, deadly = kill
    at = time.monotonic()
    deadly(county)
    if kill == WORKER:
        seconds = _until(lambda: any(letter.arrived > at + 0.5 for letter in mailbox.letters), at)
    else:
        _until(lambda: _steady(crowd, at), at)
        seconds = _nobody_saw_a_page(crowd, at)
    return Outage(what, round(at - begun, 1), round(seconds, 1))


def _nobody_saw_a_page(crowd: Crowd, at: float) -> float:
    """Seconds from the kill until somebody who asked after it, and after the last who asked in vain, had a
    page before them. A page needs the database, so none comes while something is down."""
    looks = [look for look in crowd.bystander.looks if look[0] >= at]
    last_in_vain = max((begun for begun, _, seen in looks if not seen), default=at)
    return next((ended - at for begun, ended, seen in looks if seen and begun >= last_in_vain), BACK_WITHIN)


def _steady(crowd: Crowd, at: float) -> bool:
    """Whether the last looks all found a page, after the kill has had time to be felt."""
    last = [seen for begun, _, seen in crowd.bystander.looks if begun > at + FELT_WITHIN][-STEADY_LOOKS:]
    return len(last) == STEADY_LOOKS and all(last)


def _until(true: Callable[[], bool], at: float) -> float:
    """Seconds since `at` when it became true, at most BACK_WITHIN."""
    while not true() and time.monotonic() < at + BACK_WITHIN:
        time.sleep(0.1)
    return time.monotonic() - at


def _let_worker_be_missed(county: County) -> None:
    """Lets the half minute pass after which a silent worker counts as dead, and the clock start what takes
    up its jobs."""
    county.change(
        "update procrastinate_workers set last_heartbeat = last_heartbeat - interval '1 minute' "
        "where last_heartbeat < now() - interval '12 seconds'"
    )
    county.work("site.take_up_jobs")
