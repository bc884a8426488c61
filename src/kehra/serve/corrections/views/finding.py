"""The right person is looked for: by identity code, or by name and birth date, as when a matter is opened."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from kehra.kernel.access.guard import asks
from kehra.kernel.access.permissions import may, require
from kehra.kernel.access.requests import Request
from kehra.kernel.people import actions as people
from kehra.kernel.people.actions import Search
from kehra.kernel.people.models import Resident
from kehra.kernel.time import helsinki
from kehra.serve.contacts.forms import FindForm
from kehra.serve.corrections.permissions import MOVE, REASSIGN
from kehra.serve.corrections.views.things import thing_in
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.permissions import READ

# The session keeps whom this worker found, so that nobody is reached by guessing a number.
FOUND = "found_right_persons"


@asks(READ)
@require_http_methods(["GET", "POST"])
def find(request: Request, matter_id: int, kind: str = "", row_id: int = 0) -> HttpResponse:
    """Who the whole matter, or one thing in it, is about. Sent as a form: a code stays out of addresses."""
    by, now = request.actor, request.now
    matter = get_object_or_404(Matter.objects.select_related("resident", "service"), pk=matter_id)
    require(by, READ, matter, now=now)
    permission, thing = (MOVE, thing_in(matter, kind, row_id)) if kind else (REASSIGN, matter)
    if not may(by, permission, thing, now=now):
        require(by, permission, thing, now=now)
    form = FindForm(request.POST if request.method == "POST" else None, today=helsinki.today(now))
    found: list[Resident] | None = None
    if form.is_valid():
        found = people.find(Search(**form.cleaned_data), by=by, now=now)
        request.session[FOUND] = [one.pk for one in found]
    lines = [
        (
            one,
            reverse("corrections:move_to", args=[matter.pk, kind, row_id, one.pk])
            if kind
            else reverse("corrections:reassign", args=[matter.pk, one.pk]),
        )
        for one in found or []
        if one.pk != matter.resident_id
    ]
    context = {"matter": matter, "form": form, "found": lines, "searched": found is not None, "kind": kind}
    return render(request, "corrections/find.html", context, status=422 if form.errors else 200)


def found_by(request: Request, resident_id: int) -> Resident:
    """The resident, if this worker has found them in this session; Http404."""
    if resident_id not in request.session.get(FOUND, []):
        raise Http404
    return get_object_or_404(Resident, pk=resident_id)
