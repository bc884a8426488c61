"""What happens while a matter is being closed: for tests that commit."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import sleep

from django.db import connection, transaction

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import NotPossible
from kehra.kernel.accounts.tests.cast import NOW
from kehra.serve.matters.actions import work
from kehra.serve.matters.models.matter import Matter

A_MOMENT = 0.5  # seconds: enough to begin, and to wait for the one who closes


def while_it_closes(matter: Matter, action: Callable[[], object], *, by: Actor) -> str:
    """`by` is closing the matter when the action begins, on a connection of its own, and has closed it
    before it ends. What became of the action: "done" or "not possible"."""
    begun = Event()

    def act() -> str:
        begun.set()
        try:
            action()
        except NotPossible:
            return "not possible"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            work.close(matter, "solved", by=by, now=NOW)
            result = pool.submit(act)
            begun.wait()
            sleep(A_MOMENT)
        return result.result(timeout=10)
