"""An appointment as a file that calendars read (RFC 5545)."""

from datetime import datetime

from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vText

from kehra.serve.booking.models.appointments import Appointment, State

CANCELLED = (State.CANCELLED, State.MOVED, State.NO_SHOW)


def calendar_of(appointment: Appointment, *, now: datetime) -> bytes:
    """The file's content. It never says what the matter is: calendars are seen by others. A move keeps the
    UID and raises the SEQUENCE, so that the calendar replaces what it had; times are in UTC, which
    needs no rules of summer time to be understood."""
    cancelled = appointment.state in CANCELLED
    calendar = Calendar()
    calendar.add("prodid", "-//Kehra//Appointments//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "PUBLISH")
    event = Event()
    event.add("uid", f"{appointment.uid}@kehra")
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", now)
    event.add("dtstart", appointment.starts_at)
    event.add("dtend", appointment.ends_at)
    event.add("summary", _("Appointment"))
    event.add("location", vText(location(appointment)))
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("class", "PRIVATE")
    calendar.add_component(event)
    return calendar.to_ical()


def location(appointment: Appointment) -> str:
    """The address of the site, or how the two meet when it is remote."""
    site = appointment.site
    if site is None:
        return str(appointment.get_manner_display())
    return f"{site.street}, {site.postcode} {site.municipality}"
