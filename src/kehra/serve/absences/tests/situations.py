"""Situations of a day on which somebody is away: Liisa and Maija are nurses of the health station, Mikko is
its manager."""

from dataclasses import dataclass
from datetime import time

from kehra.kernel.accounts.models import Absence
from kehra.kernel.accounts.tests.cast import TODAY, Cast
from kehra.kernel.accounts.tests.situations import make_absence
from kehra.kernel.people.models import Professional
from kehra.serve.booking.models.appointments import Appointment
from kehra.serve.booking.models.times import FreeTime
from kehra.serve.booking.tests.situations import make_appointment, make_nurse, make_time
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.tests.situations import make_taken_matter


@dataclass(frozen=True)
class Morning:
    """Liisa is away. She had Eero's visit at one o'clock, in a matter that she answers for; Maija has that
    time free, and another at two."""

    absence: Absence
    maija: Professional
    matter: Matter
    visit: Appointment
    same_time: FreeTime
    later_time: FreeTime


def make_morning(cast: Cast) -> Morning:
    maija = make_nurse(cast, "maija")
    matter = make_taken_matter(cast)
    visit = make_appointment(cast, matter=matter, free_time=make_time(cast, day=TODAY, at=time(13)))
    return Morning(
        same_time=make_time(cast, "maija", day=TODAY, at=time(13)),
        later_time=make_time(cast, "maija", day=TODAY, at=time(14)),
        absence=make_absence(cast),
        maija=maija,
        matter=matter,
        visit=visit,
    )
