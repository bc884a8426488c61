"""Asking why one's data was used, and reading the answer."""

from collections.abc import Sequence

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kehra.kernel.access.guard import asks
from kehra.kernel.access.permissions import require
from kehra.kernel.access.requests import Request
from kehra.kernel.accounts.once import once
from kehra.kernel.people.models import Resident
from kehra.kernel.time import helsinki
from kehra.serve.rights.actions import explaining
from kehra.serve.rights.forms import AskWhyForm
from kehra.serve.rights.models import Explanation
from kehra.serve.rights.permissions import ASK_WHY, READ_EXPLANATION
from kehra.serve.rights.views import log_lines
from kehra.serve.tasks.rules import standing


@asks(ASK_WHY)
@require_http_methods(["GET", "POST"])
def ask_why(request: Request) -> HttpResponse:
    """Asks about rows of the log (?entry=…, as many as wished) or about the use of the data in general."""
    by, now = request.actor, request.now
    resident = get_object_or_404(Resident, pk=by.resident_id)
    require(by, ASK_WHY, resident, now=now)
    wished = [int(one) for one in request.GET.getlist("entry") if one.isdecimal() and len(one) < 19]
    lines = log_lines.lines_by_id(wished, resident, by=by, now=now)
    form = AskWhyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        path = once(
            form.cleaned_data["once"],
            lambda: _ask(resident, form, [line.id for line in lines], request),
            by=by,
            now=now,
        )
        notices.success(request, _("Your request was sent to the data protection officer."))
        return redirect(path)
    context = {"form": form, "lines": lines, "resident": resident}
    return render(request, "rights/ask_why.html", context, status=422 if form.errors else 200)


def _ask(resident: Resident, form: AskWhyForm, entries: Sequence[int], request: Request) -> str:
    explanation = explaining.ask(
        resident, form.cleaned_data["text"], entries, by=request.actor, now=request.now
    )
    return reverse("rights:explanation", args=[explanation.pk])


@asks(READ_EXPLANATION)
@require_GET
def explanation(request: Request, explanation_id: int) -> HttpResponse:
    """What was asked, by when it is answered, and the answer."""
    by, now = request.actor, request.now
    found = get_object_or_404(
        Explanation.objects.select_related("resident", "asked_by", "answered_by"), pk=explanation_id
    )
    explaining.mark_read(found, by=by, now=now)
    lines = log_lines.lines_by_id(found.entries, found.resident, by=by, now=now)
    state = standing(found.due_on, helsinki.today(now)).state
    return render(request, "rights/explanation.html", {"explanation": found, "lines": lines, "state": state})
