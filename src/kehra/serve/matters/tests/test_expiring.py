"""The clock takes back requests that nobody answered."""

from datetime import timedelta

import pytest

from kehra.kernel.accounts.tests.cast import NOW, Cast
from kehra.kernel.time import clock
from kehra.serve.matters import triggers
from kehra.serve.matters.actions import handovers
from kehra.serve.matters.models.participation import Handover
from kehra.serve.matters.tests.situations import make_taken_matter


def offered(cast: Cast) -> Handover:
    matter = make_taken_matter(cast)
    return handovers.offer(matter, to=cast.other_station, shares=[], by=cast.actor("liisa"), now=NOW)


def test_one_that_cannot_be_expired_holds_no_other_back(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, waiting = offered(cast), offered(cast)
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=30))
    expire = handovers.expire

    def fails_once(handover: Handover, **kwargs: object) -> Handover:
        if handover.pk == broken.pk:
            raise RuntimeError("a broken row")
        return expire(handover, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(handovers, "expire", fails_once)
    triggers.expire_handovers(0)
    waiting.refresh_from_db()
    broken.refresh_from_db()
    assert (broken.state, waiting.state) == ("offered", "expired")
