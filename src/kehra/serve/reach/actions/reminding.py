"""A coming visit is reminded of once, in neutral words; one that moves or is cancelled is not."""

from datetime import datetime

from django.db import transaction

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import require
from kehra.serve.booking.models.appointments import Appointment, State
from kehra.serve.messages import outbox
from kehra.serve.messages.models import Notification, Wording
from kehra.serve.reach.models import ReminderRule
from kehra.serve.reach.permissions import REMIND
from kehra.serve.tasks.permissions import CAUSE, Consequence


@transaction.atomic
def remind(appointment: Appointment, rule: ReminderRule, *, by: Actor, now: datetime) -> list[Notification]:
    """Tells those who should know, each by the rule's first way that reaches them, once for this visit.
    The row is held, so that a visit that is being moved or cancelled is not reminded of. Nothing before the
    reminder is due, nor of a visit that was booked after that: it has just been told."""
    require(by, REMIND, appointment.matter, now=now)
    rows = Appointment.objects.select_for_update(of=("self",), no_key=True)
    appointment = rows.select_related("matter__resident").get(pk=appointment.pk)
    due = rule.due(appointment.starts_at)
    booked_at = appointment.booked_at
    if appointment.state != State.BOOKED or not due <= now < appointment.starts_at:
        return []
    if booked_at is None or booked_at >= due:
        return []
    return _tell(appointment, rule, now)


@transaction.atomic
def forget(appointment: Appointment, *, by: Actor, now: datetime) -> int:
    """The visit has moved or will not be: what has not left yet does not leave. Returns how many."""
    require(by, CAUSE, Consequence(appointment.county_id), now=now)
    waiting = Notification.objects.filter(wording=Wording.REMINDER, key__startswith=f"{appointment.pk}-")
    return outbox.withdraw(Wording.REMINDER, list(waiting.values_list("key", flat=True)))


def _tell(appointment: Appointment, rule: ReminderRule, now: datetime) -> list[Notification]:
    resident = appointment.matter.resident
    made = []
    for receiver in outbox.receivers(resident, now):
        way = outbox.electronic(receiver, rule.channels)
        if way is None:
            continue
        # Who must not be found is not said to be somewhere at an hour, on whatever screen it is read.
        hidden = resident.address_protected or receiver.address_protected
        made.append(
            outbox.queue(
                way,
                matter=appointment.matter,
                wording=Wording.REMINDER,
                about_at=None if hidden else appointment.starts_at,
                key=f"{appointment.pk}-{receiver.pk}",
                now=now,
            )
        )
    return [one for one in made if one is not None]
