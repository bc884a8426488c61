"""Situations in which a matter can be."""

from datetime import datetime
from typing import Any

from kehra.kernel.accounts.tests.cast import NOW, Cast
from kehra.kernel.catalogue.models import Service
from kehra.kernel.organisations.models import Unit
from kehra.kernel.people.models import Resident
from kehra.serve.matters.actions import opening, work
from kehra.serve.matters.models.matter import Matter, Urgency


def make_matter(
    cast: Cast,
    resident: Resident | None = None,
    *,
    service: Service | None = None,
    unit: Unit | None = None,
    now: datetime = NOW,
    **kwargs: Any,
) -> Matter:
    """Eero's matter at the health station (by default), opened by himself (or `by`), waiting."""
    resident = resident or cast.eero
    name = next(name for name, user in cast.users.items() if user.resident_id == resident.pk)
    return opening.open_matter(
        resident,
        service or cast.reception,
        unit=unit or cast.station,
        channel="digital",
        need="Polvi on ollut kipeä kaksi viikkoa.",
        urgency=kwargs.get("urgency", Urgency.NON_URGENT),
        by=kwargs.get("by") or cast.actor(name, now=now),
        now=now,
    )


def make_taken_matter(cast: Cast, resident: Resident | None = None, **kwargs: Any) -> Matter:
    """The same, taken by the nurse Liisa."""
    matter = make_matter(cast, resident, **kwargs)
    return work.take(matter, by=cast.actor("liisa"), now=NOW)
