"""People who book, move, cancel and write over HTTP, and press again when they got no answer."""

import re
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from random import Random
from threading import Event, Thread
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from tests.faults.ledger import Deed, Failure, Ledger
from tests.faults.people import People, Person

PATIENCE = 15.0  # seconds for one answer
AGAIN_AFTER = 0.5
TOKEN = "f" * 32  # A browser would get it from the first page; here the cookie and the form agree.
WORDS = re.compile(r'<(?:h1|p) class="govuk-(?:heading-l|body)">([^<]*)<')
APPOINTMENT = re.compile(r"/appointments/(\d+)/$")


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    body: str


class NoAnswer(Exception):
    """Nothing came that a person could use: the connection broke, or the service says that it is away."""


@dataclass
class Browser:
    """One signed-in person's connection."""

    address: str
    session: str
    ledger: Ledger
    patience: float = PATIENCE
    _connection: HTTPConnection | None = None

    def ask(self, path: str, form: dict[str, str] | None = None) -> Answer:
        """One request. Raises NoAnswer, which the ledger notes."""
        try:
            answer = self._send(path, form)
        except (OSError, HTTPException) as error:
            self.close()
            self.ledger.fail(Failure(time.monotonic(), 0, path))
            raise NoAnswer from error
        if answer.status >= 500:
            self.ledger.fail(Failure(time.monotonic(), answer.status, path))
            raise NoAnswer
        return answer

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _send(self, path: str, form: dict[str, str] | None) -> Answer:
        if self._connection is None:
            self._connection = HTTPConnection(urlsplit(self.address).netloc, timeout=self.patience)
        headers = {"Cookie": f"__Host-session={self.session}; __Host-csrf={TOKEN}"}
        body = None
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(form | {"csrfmiddlewaretoken": TOKEN})
        self._connection.request("GET" if form is None else "POST", path, body, headers)
        response = self._connection.getresponse()
        text = response.read().decode(errors="replace")
        return Answer(response.status, response.headers.get("Location", ""), text)


@dataclass
class Client:
    """A person in a thread of their own, until told to stop; what was begun is asked until answered."""

    number: int
    browser: Browser
    ledger: Ledger
    random: Random
    stop: Event = field(default_factory=Event)
    give_up: Event = field(default_factory=Event)

    def start(self) -> Thread:
        thread = Thread(target=self.live, daemon=True)
        thread.start()
        return thread

    def live(self) -> None:
        while not self.stop.is_set():
            self.do_something()
        self.browser.close()

    def do_something(self) -> None:
        raise NotImplementedError

    def insist(self, path: str, form: dict[str, str] | None, deed: Deed | None = None) -> Answer | None:
        """Asks until there is an answer; None if the run has given up waiting."""
        while not self.give_up.is_set():
            if deed is not None:
                deed.tries += 1
            try:
                return self.browser.ask(path, form)
            except NoAnswer:
                time.sleep(AGAIN_AFTER)
        return None

    def write(self, matter: int) -> None:
        """A message with words of its own, by which it is found again."""
        text = f"Viesti {uuid4()}"
        deed = self.ledger.add(Deed(self.number, "write", matter, time.monotonic(), text=text))
        answer = self.insist(f"/matters/{matter}/messages/", {"once": str(uuid4()), "text": text}, deed)
        self.settle(deed, answer, done=answer is not None and answer.status == 302)

    def settle(self, deed: Deed, answer: Answer | None, *, done: bool) -> None:
        if answer is None:
            return
        deed.answered = time.monotonic()
        deed.outcome = "done" if done else "refused"
        if answer.status not in {200, 302}:
            words = " / ".join(WORDS.findall(answer.body))
            self.ledger.wonder(
                f"{deed.kind} {deed.old or ''}, asked {deed.tries} times: {answer.status} {words}"
            )


@dataclass
class Booker(Client):
    """A resident who books one of the times that all want, and is never content with it for long."""

    person: Person = field(default_factory=lambda: Person(""))
    times: list[int] = field(default_factory=list)
    appointment: int = 0

    def do_something(self) -> None:
        chance = self.random.random()
        if chance < 0.1:
            self.write(self.person.matter)
        elif chance < 0.2:
            self.insist(f"/matters/{self.person.matter}/messages/", None)
        elif not self.appointment:
            self.book()
        elif chance < 0.65:
            self.move()
        else:
            self.cancel()

    def book(self) -> None:
        time_id = self.random.choice(self.times)
        self._confirm("book", f"/matters/{self.person.matter}/times/", time_id)

    def move(self) -> None:
        time_id = self.random.choice(self.times)
        self._confirm("move", f"/appointments/{self.appointment}/move/", time_id, old=self.appointment)

    def cancel(self) -> None:
        deed = self._deed("cancel", old=self.appointment)
        answer = self.insist(f"/appointments/{self.appointment}/cancel/", {"once": str(uuid4())}, deed)
        self.settle(deed, answer, done=answer is not None and answer.status == 302)
        if deed.outcome == "done":
            self.appointment = 0

    def _confirm(self, kind: str, page: str, time_id: int, old: int = 0) -> None:
        """Half of the people look at what they are about to book, and it is kept for them; the others go to
        the button at once, so that the constraint is met too."""
        if self.random.random() < 0.5:
            held = self.insist(page, {"time": str(time_id)})
            if held is None or not held.location.endswith(f"/{time_id}/"):
                return
            self.insist(held.location, None)
        deed = self._deed(kind, time_id=time_id, old=old)
        answer = self.insist(f"{page}{time_id}/", {"once": str(uuid4())}, deed)
        found = APPOINTMENT.search(answer.location) if answer else None
        if found:
            deed.made = self.appointment = int(found[1])
        self.settle(deed, answer, done=found is not None)

    def _deed(self, kind: str, *, time_id: int = 0, old: int = 0) -> Deed:
        made = Deed(self.number, kind, self.person.matter, time.monotonic(), time=time_id, old=old)
        return self.ledger.add(made)


@dataclass
class Worker(Client):
    """A professional of the unit who writes to the residents: each is told so by e-mail."""

    matters: list[int] = field(default_factory=list)

    def do_something(self) -> None:
        self.write(self.random.choice(self.matters))
        self.stop.wait(0.3)


@dataclass
class Bystander(Client):
    """Opens a page again and again: what a person would see of an outage. `looks` holds when each began,
    when it ended and whether there was a page."""

    looks: list[tuple[float, float, bool]] = field(default_factory=list)

    def do_something(self) -> None:
        begun = time.monotonic()
        try:
            seen = self.browser.ask("/appointments/").status == 200
        except NoAnswer:
            seen = False
        self.looks.append((begun, time.monotonic(), seen))
        self.stop.wait(0.1)


@dataclass
class Crowd:
    """Everybody of one run: those who do things, and the one who looks on."""

    address: str
    people: People
    ledger: Ledger
    stop: Event = field(default_factory=Event)
    give_up: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        people = self.people
        self.clients: list[Client] = [
            Booker(**self._parts(number, one), person=one, times=people.times)
            for number, one in enumerate(people.residents)
        ]
        self.clients += [
            Worker(**self._parts(1000 + number, one), matters=people.matters)
            for number, one in enumerate(people.workers)
        ]
        # What the bystander misses is no failure of the others. A slow page is a page.
        self.bystander = Bystander(**self._parts(2000, people.bystander))
        self.bystander.browser = Browser(self.address, people.bystander.session, Ledger())

    def start(self) -> list[Thread]:
        return [client.start() for client in [*self.clients, self.bystander]]

    def _parts(self, number: int, person: Person) -> dict[str, Any]:
        return {
            "number": number,
            "browser": Browser(self.address, person.session, self.ledger),
            "ledger": self.ledger,
            "random": Random(number),  # noqa: S311 - repeatable, not secret
            "stop": self.stop,
            "give_up": self.give_up,
        }
