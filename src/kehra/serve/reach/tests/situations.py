"""Situations of reaching: Eero gets letters, and his daughter Marja is given a mandate on paper."""

from typing import Any

from kehra.kernel.accounts.tests.cast import NOW, TODAY, Cast
from kehra.kernel.people.models import Mandate
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.tests.situations import make_taken_matter
from kehra.serve.messages import actions as messages
from kehra.serve.messages.tests.gateways import reach
from kehra.serve.reach.actions import mandates
from kehra.serve.reach.actions.mandates import Delegate, Given

GIVEN = Given(start=TODAY, until=None, evidence="Nähty, kansio 12", identified_by="document")


def make_mandate(cast: Cast, **more: Any) -> Mandate:
    """Liisa has recorded Eero's paper for Marja."""
    values = {name: getattr(GIVEN, name) for name in Given.__slots__}
    given = Given(**{**values, **more})
    to = Delegate(str(cast.marja.identity_code))
    return mandates.record(cast.eero, to, given, by=cast.actor("liisa"), now=NOW)


def make_waiting_letter(cast: Cast, text: str = "Tulokset ovat kunnossa.") -> Matter:
    """Eero, who gets letters, has been written to in the matter that Liisa has taken."""
    reach(cast.eero, letters=True)
    matter = make_taken_matter(cast)
    messages.send(matter, text, by=cast.actor("liisa"), now=NOW)
    return matter
