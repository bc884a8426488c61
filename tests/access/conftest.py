"""The world of docs/access.md, made once for the tests of a file and undone after them."""

from collections.abc import Iterator

import pytest
from django.db import transaction

from kehra.kernel.accounts.tests.cast import NOW
from kehra.kernel.time import clock
from tests.access import more_things  # noqa: F401 - declares what its rows are asked about
from tests.access.things import make_things
from tests.access.visited import make_visited
from tests.access.world import World, make_world


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: object) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        made = make_world()
        make_things(made)
        yield made
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def visited(world: World) -> Iterator[World]:
    """The same with a protected family, and with all that pages need; at the moment of the cast."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(clock, "now", lambda: NOW)
        make_visited(world)
        yield world
