"""An interpreter is asked for with the time, and the order follows it. All but `answer` are consequences of
what somebody did to the appointment, in the same transaction."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import formats, translation
from django.utils.translation import gettext as _

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import NotPossible, require
from kehra.kernel.journal.models import Activity
from kehra.kernel.organisations.models import Organisation
from kehra.kernel.time import helsinki
from kehra.serve.booking.models.appointments import Appointment
from kehra.serve.interpreting import signals
from kehra.serve.interpreting.models import InterpreterRequest, State
from kehra.serve.interpreting.permissions import ANSWER
from kehra.serve.interpreting.rules import language_name
from kehra.serve.matters.actions.telling import tell
from kehra.serve.messages import outbox
from kehra.serve.tasks import actions as tasks
from kehra.serve.tasks.permissions import CAUSE, Consequence

PROVIDER_KIND = "interpreting"  # of the code system "organisation-kind"


@transaction.atomic
def ask(appointment: Appointment, *, by: Actor, now: datetime) -> InterpreterRequest | None:
    """A time was booked: for a resident who needs an interpreter, one is ordered to it. None for others."""
    require(by, CAUSE, Consequence(appointment.county_id), now=now)
    language = appointment.matter.resident.interpreter_language
    if not language:
        return None
    request, made = InterpreterRequest.objects.get_or_create(
        appointment=appointment,
        defaults={
            "language": language,
            "manner": appointment.manner,
            "provider": _provider(appointment, now),
            "asked_at": now,
        },
    )
    if made:
        _order(request, _("New order"), by=by, now=now)
        _tell(signals.REQUESTED, request, by=by, now=now)
    return request


@transaction.atomic
def follow(moved: Appointment, *, by: Actor, now: datetime) -> InterpreterRequest | None:
    """The time moved: the order moves along and must be confirmed anew. One who came to need an interpreter
    meanwhile gets one now."""
    require(by, CAUSE, Consequence(moved.county_id), now=now)
    request = InterpreterRequest.objects.select_for_update().filter(appointment=moved.moved_from).first()
    if request is None:
        return ask(moved, by=by, now=now)
    _finish(request, by=by, now=now)
    request.appointment, request.manner = moved, moved.manner
    _enter(request, State.REQUESTED, now=now)
    _order(request, _("The time has moved"), by=by, now=now)
    _tell(signals.REQUESTED, request, by=by, now=now)
    return request


@transaction.atomic
def cancel(appointment: Appointment, *, by: Actor, now: datetime) -> InterpreterRequest | None:
    """The visit will not be, so neither will its interpreter."""
    require(by, CAUSE, Consequence(appointment.county_id), now=now)
    waiting = InterpreterRequest.objects.select_for_update().exclude(state=State.CANCELLED)
    request = waiting.filter(appointment=appointment).first()
    if request is not None:
        _finish(request, by=by, now=now)
        _enter(request, State.CANCELLED, now=now)
        _order(request, _("The order is cancelled"), by=by, now=now)
    return request


@transaction.atomic
def answer(request: InterpreterRequest, *, found: bool, by: Actor, now: datetime) -> InterpreterRequest:
    """The service has confirmed, or has nobody to send: then the unit must arrange it in another way. The
    same answer twice is one. Raises NotPossible for an order that was cancelled."""
    require(by, ANSWER, request, now=now)
    request = InterpreterRequest.objects.select_for_update().get(pk=request.pk)
    state = State.CONFIRMED if found else State.NOT_AVAILABLE
    if request.state == State.CANCELLED:
        raise NotPossible(_("This order was cancelled with the appointment."))
    if request.state == state:
        return request
    _finish(request, by=by, now=now)
    request.state, request.answered_at, request.answered_by_id = state, now, by.professional_id
    request.save(update_fields=["state", "answered_at", "answered_by"])
    if not found:
        _open(signals.MISSING, request, by=by, now=now)
    _tell(signals.CONFIRMED if found else signals.NOT_AVAILABLE, request, by=by, now=now)
    return request


def _provider(appointment: Appointment, now: datetime) -> Organisation | None:
    services = Organisation.objects.on(helsinki.today(now)).filter(kind=PROVIDER_KIND)
    return services.filter(county=appointment.county_id).order_by("pk").first()


def _enter(request: InterpreterRequest, state: str, *, now: datetime) -> None:
    request.state, request.asked_at = state, now
    request.answered_at = request.answered_by = None
    request.sequence += 1
    request.save()


def _order(request: InterpreterRequest, what: str, *, by: Actor, now: datetime) -> None:
    """To the service's outbox; where there is none, somebody of the unit telephones."""
    sent = outbox.order(
        _order_text(request, what),
        key=f"{request.pk}-{request.sequence}",
        matter=request.matter,
        address=settings.INTERPRETER_EMAIL,
        language="fi",
        now=now,
    )
    if sent is None:
        _open(signals.CALL_SERVICE, request, by=by, now=now)


def _order_text(request: InterpreterRequest, what: str) -> str:
    """What the service must know. No resident is named, nor what the visit is about."""
    visit = request.appointment
    with translation.override("fi"):
        start, end = helsinki.wall_clock(visit.starts_at), helsinki.wall_clock(visit.ends_at)
        place = f"{visit.site}, {visit.site.street}, {visit.site.postcode}" if visit.site else ""
        lines = [
            what,
            _("Reference: %(reference)s") % {"reference": f"{request.pk}-{request.sequence}"},
            _("Language: %(language)s") % {"language": language_name(request.language)},
            f"{formats.date_format(start.day, 'l j.n.Y')} {start.time:%H.%M}–{end.time:%H.%M}",
            ", ".join(part for part in (request.get_manner_display(), place) if part),
            _("Answer to: %(phone)s") % {"phone": visit.unit.phone},
        ]
    return "\n".join(lines)


def _open(kind: signals.TaskKind, request: InterpreterRequest, *, by: Actor, now: datetime) -> None:
    matter = request.matter
    tasks.open_task(
        kind=kind,
        unit=request.appointment.unit,
        matter=matter,
        key=str(request.pk),
        urgency=matter.urgency,
        due_on=request.appointment.day,
        by=by,
        now=now,
    )


def _finish(request: InterpreterRequest, *, by: Actor, now: datetime) -> None:
    for kind in (signals.CALL_SERVICE, signals.MISSING):
        tasks.finish_tasks(matter=request.matter, kind=kind, key=str(request.pk), by=by, now=now)


def _tell(activity: Activity, request: InterpreterRequest, *, by: Actor, now: datetime) -> None:
    tell(
        activity,
        request.matter,
        by=by,
        now=now,
        about=request,
        language=request.language,
        **request.appointment.coded(),
    )
