"""Whoever turns to the unit while the matter is being closed waits, and is told that it has been closed."""

from functools import partial

import pytest

from kehra.kernel.accounts.tests.cast import NOW, make_cast
from kehra.serve.contacts.actions import calls, writing
from kehra.serve.matters.tests.races import while_it_closes
from kehra.serve.matters.tests.situations import make_taken_matter

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("act", [writing.add_to_need, calls.want])
def test_nothing_is_asked_in_a_matter_that_is_being_closed(act: object) -> None:
    cast = make_cast()
    matter = make_taken_matter(cast)
    asked = partial(act, matter, "040 000 0000", by=cast.actor("eero"), now=NOW)  # type: ignore[call-overload]
    assert while_it_closes(matter, asked, by=cast.actor("liisa")) == "not possible"
