"""The world of docs/access.md, made once for the tests of a file and undone after them."""

from collections.abc import Iterator

import pytest
from django.db import transaction

from tests.access.things import make_things
from tests.access.world import World, make_world


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: object) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        made = make_world()
        make_things(made)
        yield made
        transaction.set_rollback(True)
