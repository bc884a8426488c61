"""What the apps above know of appointments that a page shows."""

from collections.abc import Iterable
from typing import Any

from kehra.serve.booking import signals
from kehra.serve.booking.models.appointments import Appointment


def notes_of(appointments: Iterable[Appointment]) -> dict[int, list[str]]:
    """The lines to be shown beside each appointment, by its id; as many queries for many as for one."""
    shown = list(appointments)
    notes: dict[int, list[str]] = {}
    if shown:
        answers: list[tuple[Any, Any]] = signals.listed.send(sender=Appointment, appointments=shown)
        for _receiver, known in answers:
            for pk, line in known.items():
                notes.setdefault(pk, []).append(line)
    return notes
