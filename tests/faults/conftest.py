"""One installation for all fault tests: starting it takes longer than most of them."""

from collections.abc import Iterator

import pytest

from tests.faults import fire
from tests.faults.mail import Mailbox
from tests.journeys.county import County


@pytest.fixture(scope="session")
def burning() -> Iterator[tuple[County, Mailbox]]:
    with fire.installation("1/1000") as made:
        yield made
