"""What the rows say of rights, read once while one page is made that changes nothing.

The parts of a page ask the same of the same thing: does this unit take part, has this resident forbidden
anybody? Inside `one_look` the first question reads the rows and the others have its answer. Each is still
decided and logged as ever. Never around an action: what it changes would not be seen."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

_answers: ContextVar[dict[Hashable, object] | None] = ContextVar("answers_of_this_look", default=None)

Found = TypeVar("Found")


@contextmanager
def one_look() -> Iterator[None]:
    """Around the making of one page."""
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


def once(question: Hashable, read: Callable[[], Found]) -> Found:
    """What `read` says; inside one look, what it said when `question` was asked first."""
    answers = _answers.get()
    if answers is None:
        return read()
    if question not in answers:
        answers[question] = read()
    return answers[question]  # type: ignore[return-value]
