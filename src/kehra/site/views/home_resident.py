"""A resident's first page: what do you need, your matters, your next time, what is unread."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import require, shown, visible
from kehra.kernel.access.requests import Request
from kehra.kernel.accounts.models import User
from kehra.kernel.catalogue.models import EverydayNeed
from kehra.kernel.people.models import Resident
from kehra.kernel.time import helsinki
from kehra.serve.booking.models.appointments import Appointment
from kehra.serve.booking.views.appointments import next_appointment
from kehra.serve.contacts.forms import StartForm
from kehra.serve.contacts.models import Contact
from kehra.serve.contacts.permissions import START
from kehra.serve.matters.models.clock import Clock
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.permissions import READ
from kehra.serve.messages.models import Message
from kehra.serve.tasks.rules import Standing, standing

MOST_OPEN, MOST_ENDED = 30, 5


@dataclass(frozen=True)
class Line:
    """One matter in the list: the promise that is due first, and what comes next."""

    matter: Matter
    promise: Clock | None
    standing: Standing | None
    comes_next: str
    unread: int


def page(request: Request) -> HttpResponse:
    """The resident's own page, or that of the one they act for."""
    by, now = request.actor, request.now
    resident = get_object_or_404(Resident.objects.select_related("county"), pk=by.resident_id)
    require(by, START, resident, now=now)
    matters = _open_matters(by, now)
    context = {
        "resident": resident,
        "form": StartForm(),
        "needs": EverydayNeed.objects.filter(county=resident.county_id),
        "drafts": Contact.objects.drafts_of(by.user_id, resident),
        "matters": matters,
        "unread": sum(line.unread for line in matters),
        "ended": _ended(by, now),
        "appointment": next_appointment(by, now),
        "people": _people(request.user, by, now),
    }
    return render(request, "site/home_resident.html", context)


def _matters(by: Actor) -> QuerySet[Matter]:
    mine = visible(by, READ, Matter.objects.filter(resident=by.resident_id))
    return mine.select_related("service", "unit", "responsible")


def _open_matters(by: Actor, now: datetime) -> list[Line]:
    running = (
        Clock.objects.filter(stopped_on__isnull=True)
        .order_by("promised_on")
        .select_related("limit")
        .prefetch_related("pauses")
    )
    rows = (
        _matters(by)
        .filter(closed_at__isnull=True)
        .prefetch_related(
            Prefetch("clocks", running, to_attr="running"),
            Prefetch("messages", Message.objects.unread_for(by), to_attr="unread"),
            Prefetch("appointments", Appointment.objects.coming(now), to_attr="coming"),
        )
        .order_by("-opened_at")[:MOST_OPEN]
    )
    today = helsinki.today(now)
    return [_line(matter, today) for matter in shown(by, READ, rows, now=now)]


def _line(matter: Any, today: date) -> Line:
    promise = matter.running[0] if matter.running else None
    if matter.coming:
        comes_next = _("You have an appointment.")
    elif matter.responsible is None:
        comes_next = _("A professional reads what you wrote.")
    else:
        comes_next = _("%(name)s takes care of your matter and answers you.") % {
            "name": matter.responsible.name
        }
    return Line(matter, promise, _standing(promise, today), comes_next, len(matter.unread))


def _standing(promise: Clock | None, today: date) -> Standing | None:
    """How the promise stands today; None if nothing is promised."""
    if promise is None:
        return None
    return standing(promise.promised_on, today, paused=any(pause.open for pause in promise.pauses.all()))


def _ended(by: Actor, now: datetime) -> list[Matter]:
    rows = _matters(by).filter(closed_at__isnull=False).order_by("-closed_at")[:MOST_ENDED]
    return shown(by, READ, rows, now=now)


def _people(user: Any, by: Actor, now: datetime) -> list[dict[str, Any]]:
    """For whom this person may act, themselves first; nothing if there is nobody else."""
    others = list(user.can_act_for(now)) if isinstance(user, User) else []
    if not others:
        return []
    today = helsinki.today(now)
    myself = {"choice": "self", "name": _("Yourself"), "current": by.on_behalf_of_id is None}
    return [myself] + [
        {
            "choice": f"resident-{one.pk}",
            "name": one.name,
            "age": one.age_on(today),
            "current": by.on_behalf_of_id == one.pk,
        }
        for one in others
    ]
