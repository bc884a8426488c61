"""Something, or a whole matter, is moved to where it belongs: asked once, in words that say what happens to
whom."""

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.guard import asks
from kehra.kernel.access.permissions import NotPossible, may, require, shown, visible
from kehra.kernel.access.requests import Request
from kehra.kernel.accounts.once import once
from kehra.kernel.people.models import Resident
from kehra.kernel.time import helsinki
from kehra.serve.corrections.actions import moving, reassigning
from kehra.serve.corrections.forms import MoveForm, ReasonForm
from kehra.serve.corrections.permissions import MOVE, REASSIGN
from kehra.serve.corrections.views.finding import found_by
from kehra.serve.corrections.views.things import described, thing_in
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.permissions import READ, WORK


@asks(READ)
@require_http_methods(["GET", "POST"])
def move(
    request: Request, matter_id: int, kind: str, row_id: int, resident_id: int | None = None
) -> HttpResponse:
    """To another matter of the same person, or of one who was found."""
    by, now = request.actor, request.now
    matter = get_object_or_404(Matter.objects.select_related("resident", "service"), pk=matter_id)
    require(by, READ, matter, now=now)
    thing = thing_in(matter, kind, row_id)
    require(by, MOVE, thing, now=now)
    person = matter.resident if resident_id is None else found_by(request, resident_id)
    targets = _targets(request, matter, person)
    form = MoveForm(
        request.POST if request.method == "POST" else None,
        matters=targets,
        words=[_named(one) for one in targets],
    )
    if form.is_valid():
        data = form.cleaned_data
        to = next(one for one in targets if one.pk == data["to"])

        def make() -> str:
            moving.move(thing, to, data["reason"], by=by, now=now)
            return reverse("matter", args=[to.pk])

        try:
            path = once(data["once"], make, by=by, now=now)
        except NotPossible as impossible:
            form.add_error(None, str(impossible))
        else:
            notices.success(request, _("It was moved. Both matters say so, and the log keeps who saw it."))
            return redirect(path)
    context = {
        "matter": matter,
        "kind": kind,
        "row_id": row_id,
        "thing": described(thing),
        "person": person,
        "another": resident_id is not None,
        "targets": targets,
        "form": form,
    }
    return render(request, "corrections/move.html", context, status=422 if form.errors else 200)


@asks(READ)
@require_http_methods(["GET", "POST"])
def reassign(request: Request, matter_id: int, resident_id: int) -> HttpResponse:
    """The whole matter to the right person."""
    by, now = request.actor, request.now
    matter = get_object_or_404(Matter.objects.select_related("resident", "service", "unit"), pk=matter_id)
    require(by, READ, matter, now=now)
    if not may(by, REASSIGN, matter, now=now):
        require(by, REASSIGN, matter, now=now)
    right = found_by(request, resident_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        data = form.cleaned_data

        def make() -> str:
            made = reassigning.reassign(matter, right, data["reason"], by=by, now=now)
            return reverse("matter", args=[made.pk])

        try:
            path = once(data["once"], make, by=by, now=now)
        except NotPossible as impossible:
            form.add_error(None, str(impossible))
        else:
            notices.success(request, _("The matter is the right person's now. The officer was told."))
            return redirect(path)
    today = helsinki.today(now)
    context = {
        "matter": matter,
        "wrong": (matter.resident, matter.resident.age_on(today)),
        "right": (right, right.age_on(today)),
        "form": form,
    }
    return render(request, "corrections/reassign.html", context, status=422 if form.errors else 200)


def _targets(request: Request, matter: Matter, person: Resident) -> list[Matter]:
    """The open matters of the person in which this worker may work."""
    by: Actor = request.actor
    theirs = Matter.objects.filter(resident=person, closed_at=None).exclude(pk=matter.pk)
    listed = visible(by, READ, theirs).select_related("service", "unit", "resident").order_by("-opened_at")
    found = [one for one in listed if may(by, WORK, one, now=request.now)]
    return shown(by, READ, found, now=request.now)


def _named(matter: Matter) -> str:
    day = helsinki.today(matter.opened_at)
    return f"{matter.service}, {day.day}.{day.month}.{day.year}, {matter.unit}"
