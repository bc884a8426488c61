"""What happens to an appointment happens to its interpreter too; and pages of appointments say how it
stands."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.dispatch import receiver
from django.utils.translation import gettext as _

from kehra.kernel.access.actors import Actor
from kehra.kernel.journal.models import Activity
from kehra.serve.booking import signals as booking
from kehra.serve.booking.models.appointments import Appointment
from kehra.serve.interpreting import actions
from kehra.serve.interpreting.models import InterpreterRequest, State
from kehra.serve.interpreting.rules import language_name
from kehra.serve.matters import signals as matters

_FOLLOWS = {booking.BOOKED: actions.ask, booking.MOVED: actions.follow, booking.CANCELLED: actions.cancel}


@receiver(matters.happened, dispatch_uid="interpreting.happened")
def follow_the_appointment(activity: Activity, about: Any, by: Actor, now: datetime, **_rest: Any) -> None:
    """In the transaction of what happened: there is no time without its interpreter, nor the reverse."""
    if activity in _FOLLOWS:
        _FOLLOWS[activity](about, by=by, now=now)


@receiver(booking.listed, dispatch_uid="interpreting.listed")
def say_how_it_stands(appointments: Sequence[Appointment], **_rest: Any) -> dict[int, str]:
    """One line for each appointment to which an interpreter was asked: one query."""
    asked = InterpreterRequest.objects.filter(appointment__in=appointments).exclude(state=State.CANCELLED)
    return {
        request.appointment_id: _("Interpreter, %(language)s: %(state)s")
        % {"language": language_name(request.language), "state": request.get_state_display()}
        for request in asked
    }
