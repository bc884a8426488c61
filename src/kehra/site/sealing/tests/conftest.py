from collections.abc import Iterator

import pytest

from kehra.site.sealing.tests.trails import connected, drop_tables, make_tables


@pytest.fixture
def trail_tables(django_db_setup: None) -> Iterator[None]:
    """Two empty trails to be sealed and tampered with."""
    with connected() as on:
        make_tables(on)
    yield
    with connected() as on:
        drop_tables(on)
