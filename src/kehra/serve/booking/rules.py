"""What an appointment's state is called elsewhere, and which times come first."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from django.utils.translation import gettext as _

from kehra.kernel.access.actors import Actor
from kehra.kernel.time import helsinki
from kehra.kernel.time.helsinki import Occurrence

NATIONAL_STATUS: Final[dict[str, int | None]] = {
    "held": None,  # nobody has agreed on anything yet
    "offered": 8,
    "booked": 3,
    "arrived": 10,
    "done": 7,
    "no_show": 9,
    "cancelled": 4,
    "moved": 5,
}
"""The national code of an appointment's status (code system 1.2.246.537.5.881: Ehdotettu 8, Varattu 3,
Ilmoittautunut 10, Toteutunut 7, Saapumatta 9, Peruttu 4, Siirretty 5)."""

FHIR_STATUS: Final[dict[str, str]] = {
    "held": "proposed",
    "offered": "pending",
    "booked": "booked",
    "arrived": "checked-in",
    "done": "fulfilled",
    "no_show": "noshow",
    "cancelled": "cancelled",
    "moved": "cancelled",
}
"""The FHIR R4 status, as the Finnish scheduling profiles map the national one."""

_KEPT_BY_ANY_VISIT: Final = frozenset({"first_visit", "treatment"})
_KEPT_BY_PROFESSION: Final = {"physician": frozenset({"doctor"}), "dentist": frozenset({"dentist"})}

OWN, MET, OTHER = range(3)


@dataclass(frozen=True, slots=True)
class Known:
    """Which professionals the resident knows: the one responsible for the matter, and those met."""

    responsible_id: int | None
    met: Collection[int]

    def rank(self, professional_id: int) -> int:
        """OWN for the resident's own worker in the matter, MET for somebody met before, else OTHER;
        in this order times are shown."""
        if professional_id == self.responsible_id:
            return OWN
        return MET if professional_id in self.met else OTHER


def kept_by_visit(profession: str) -> frozenset[str]:
    """The promises (`library.limits`) that a visit to this profession answers. The guarantee is about the
    visit, so they stop when it is done and not when it is booked."""
    return _KEPT_BY_ANY_VISIT | _KEPT_BY_PROFESSION.get(profession, frozenset())


def is_late(day: date, promised_on: date | None) -> bool:
    """Whether a visit on `day` comes after the promised day; without a promise it does not."""
    return promised_on is not None and day > promised_on


def told(moment: datetime) -> str:
    """A moment inside an error's sentence, in Helsinki: "25.10.2026 3.20 (winter time)"."""
    shown = helsinki.wall_clock(moment)
    words = f"{shown.day.day}.{shown.day.month}.{shown.day.year} {shown.time.hour}.{shown.time.minute:02}"
    if shown.occurrence is Occurrence.ONLY:
        return words
    round_of_hour = _("summer time") if shown.occurrence is Occurrence.FIRST else _("winter time")
    return f"{words} ({round_of_hour})"


def teller(by: Actor, starts_at: datetime, *, happened_at: datetime | None, now: datetime) -> Actor:
    """Who tells what became of a visit. If it is past and is only entered now, it stands on the timeline, but
    is no news to the resident."""
    entered_later = happened_at is not None and starts_at <= now
    return replace(by, quiet=True) if entered_later else by
