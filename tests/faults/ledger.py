"""What the clients were promised, kept by themselves: it knows nothing of the program's tables."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations
from threading import Lock


@dataclass
class Deed:
    """One thing that a client did, from the first press of the button to the answer.

    kind      book, move, cancel or write
    outcome   done or refused; empty while nobody has answered
    made      the appointment that the answer led to; `old` the one that was moved or cancelled
    """

    client: int
    kind: str
    matter: int
    asked: float
    answered: float = 0.0
    outcome: str = ""
    time: int = 0
    made: int = 0
    old: int = 0
    text: str = ""
    tries: int = 0


@dataclass
class Failure:
    """A request without an answer that a person could use: the status, or 0 if the connection broke."""

    at: float
    status: int
    path: str


@dataclass
class Ledger:
    """Everything that was asked and answered in one run. Clients write from threads of their own."""

    deeds: list[Deed] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    surprises: list[str] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def add(self, deed: Deed) -> Deed:
        with self.lock:
            self.deeds.append(deed)
        return deed

    def fail(self, failure: Failure) -> None:
        with self.lock:
            self.failures.append(failure)

    def wonder(self, what: str) -> None:
        """An answer that nobody in these roles should get."""
        with self.lock:
            self.surprises.append(what)

    def done(self, *kinds: str) -> list[Deed]:
        return [deed for deed in self.deeds if deed.outcome == "done" and deed.kind in kinds]

    def acknowledged_twice(self) -> set[tuple[int, int]]:
        """Pairs of appointments at the same time that two clients had for certain at the same moment: from
        the answer that said so until the client asked to move or cancel."""
        held: dict[int, list[tuple[float, float, int]]] = {}
        for time, begun, ended, appointment in self._certain():
            held.setdefault(time, []).append((begun, ended, appointment))
        return {
            (min(one[2], other[2]), max(one[2], other[2]))
            for spans in held.values()
            for one, other in combinations(spans, 2)
            if one[2] != other[2] and one[0] < other[1] and other[0] < one[1]
        }

    def _certain(self) -> Iterator[tuple[int, float, float, int]]:
        given_up = {deed.old: deed.asked for deed in self.deeds if deed.old}
        for deed in self.done("book", "move"):
            yield deed.time, deed.answered, given_up.get(deed.made, float("inf")), deed.made
