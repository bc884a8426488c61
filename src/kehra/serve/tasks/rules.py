"""What kinds of tasks there are, and how near a promise is to breaking."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from django.utils.functional import Promise

from kehra.library.limits import counting

SOON = 1  # working days: from here on a promise is said to be due soon


@dataclass(frozen=True)
class TaskKind:
    """A kind of task, declared in the `signals.py` of the app that makes it.

    `words` say what waits, to be translated. A `personal` task stays with the professional whom
    it was given to; any other follows the one who is responsible for the matter. What is done
    `by_hand` has a button for it on the desk; any other ends with the action that answers it. What is
    `promised` is due when the matter's promise is. `page` names where one without a matter is dealt with:
    a page that takes the task's key, a number.
    """

    name: str
    words: str | Promise
    personal: bool = False
    by_hand: bool = False
    promised: bool = False
    page: str = ""

    _declared: ClassVar[dict[str, "TaskKind"]] = {}

    def __post_init__(self) -> None:
        if self.name in self._declared:
            raise ValueError(f"The kind of task {self.name} is declared twice.")
        self._declared[self.name] = self

    @classmethod
    def named(cls, name: str) -> "TaskKind":
        """The declared kind; KeyError for a name that no app declares."""
        return cls._declared[name]

    @classmethod
    def promised_names(cls) -> list[str]:
        """The names of the kinds that are due when the matter's promise is."""
        return [kind.name for kind in cls._declared.values() if kind.promised]

    @classmethod
    def is_declared(cls, name: str) -> bool:
        """Whether some app declares a kind of this name."""
        return name in cls._declared

    @classmethod
    def personal_names(cls) -> list[str]:
        """The names of the kinds that do not follow the matter."""
        return [kind.name for kind in cls._declared.values() if kind.personal]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a promise stands: `state` is broken, due_soon, on_time, paused or none; `working_days`
    are left until it is due, that day included; negative when it is late, None without a day."""

    state: str
    working_days: int | None = None


def standing(due_on: date | None, today: date, *, paused: bool = False) -> Standing:
    """How the promise of `due_on` stands today. A promise that is paused cannot break."""
    if paused:
        return Standing("paused")
    if due_on is None:
        return Standing("none")
    left = counting.days_left(due_on, today).working
    if due_on < today:
        return Standing("broken", min(left, 0))
    return Standing("due_soon" if left <= SOON else "on_time", left)


def earliest(days: Iterable[date]) -> date | None:
    """The promise that is due first; None if nothing is promised."""
    return min(days, default=None)
