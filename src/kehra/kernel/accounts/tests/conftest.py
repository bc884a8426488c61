"""A browser at a moment of one's choosing."""

from collections.abc import Callable
from datetime import datetime

import pytest

from kehra.kernel.accounts.tests.cast import NOW
from kehra.kernel.time import clock


@pytest.fixture
def set_time(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Sets the moment of the requests that follow; NOW to begin with."""

    def at(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    at(NOW)
    return at
