"""Between reading a page and sending its form the matter may have moved on: what counts is the row as it
is when it is changed, not as the page had it."""

from typing import Any

import pytest

from kehra.kernel.access.permissions import NotPossible, Refused
from kehra.kernel.accounts.tests.cast import NOW, Cast
from kehra.serve.matters.actions import clocks, handovers, work
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.models.record import Entry
from kehra.serve.matters.tests.situations import make_taken_matter

CHANGES: dict[str, Any] = {
    "take": lambda matter, by: work.take(matter, by=by, now=NOW),
    "give": lambda matter, by: work.give(matter, None, by=by, now=NOW),
    "write": lambda matter, by: work.write(matter, "teksti", by=by, now=NOW),
    "urgency": lambda matter, by: work.set_urgency(matter, 2, by=by, now=NOW),
    "close": lambda matter, by: work.close(matter, "solved", by=by, now=NOW),
}


def as_the_page_had_it(matter: Matter) -> Matter:
    return Matter.objects.get(pk=matter.pk)


@pytest.mark.parametrize("change", CHANGES)
def test_nothing_is_done_in_a_matter_that_was_closed_meanwhile(cast: Cast, change: str) -> None:
    matter = make_taken_matter(cast)
    of_page, liisa = as_the_page_had_it(matter), cast.actor("liisa")
    work.close(matter, "solved", by=liisa, now=NOW)
    with pytest.raises(NotPossible):
        CHANGES[change](of_page, liisa)
    assert not Entry.objects.filter(text="teksti").exists()


@pytest.mark.parametrize("change", CHANGES)
def test_nothing_is_done_in_a_matter_that_was_handed_over_meanwhile(cast: Cast, change: str) -> None:
    matter = make_taken_matter(cast)
    of_page, liisa = as_the_page_had_it(matter), cast.actor("liisa")
    offer = handovers.offer(matter, to=cast.other_station, shares=[], by=liisa, now=NOW)
    handovers.accept(offer, by=cast.actor("noora"), now=NOW)
    with pytest.raises(Refused):
        CHANGES[change](of_page, liisa)


def test_a_promise_is_not_paused_by_a_unit_that_no_longer_answers(cast: Cast) -> None:
    matter = make_taken_matter(cast)
    clock = matter.clocks.select_related("matter").first()
    offer = handovers.offer(matter, to=cast.other_station, shares=[], by=cast.actor("liisa"), now=NOW)
    handovers.accept(offer, by=cast.actor("noora"), now=NOW)
    with pytest.raises(Refused):
        clocks.resume(clock, by=cast.actor("liisa"), now=NOW)
