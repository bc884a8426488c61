"""The unit's manager looks after the passphrase and the machines. What is told only once is drawn in the
answer itself: it is in no address and in no session."""

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kehra.kernel.access.guard import asks
from kehra.kernel.access.permissions import NotPossible, require
from kehra.kernel.access.requests import Request
from kehra.kernel.organisations.models import Unit
from kehra.serve.day_lists.actions import keys
from kehra.serve.day_lists.actions import machines as actions
from kehra.serve.day_lists.forms import MachineForm
from kehra.serve.day_lists.models import Machine
from kehra.serve.day_lists.permissions import MANAGE, own_list
from kehra.serve.day_lists.rules import passphrases
from kehra.serve.day_lists.views.page import page_context


@asks(MANAGE)
@require_POST
def passphrase(request: Request) -> HttpResponse:
    """A new passphrase, shown this once."""
    new = passphrases.new()
    keys.set_passphrase(_unit(request), new, by=request.actor, now=request.now)
    return render(request, "day_lists/page.html", page_context(request, passphrase=new))


@asks(MANAGE)
@require_POST
def register(request: Request) -> HttpResponse:
    """A machine, and its token, shown this once."""
    require(request.actor, MANAGE, own_list(request.actor), now=request.now)
    form, told = MachineForm(request.POST), {}
    if form.is_valid():
        try:
            machine, token = actions.register(
                _unit(request), form.cleaned_data["name"], by=request.actor, now=request.now
            )
            form, told = MachineForm(), {"token": token, "new_machine": machine}
        except NotPossible as reason:
            form.add_error("name", str(reason))
    context = page_context(request, form, **told)
    return render(request, "day_lists/page.html", context, status=422 if form.errors else 200)


@asks(MANAGE)
@require_POST
def revoke(request: Request, machine_id: int) -> HttpResponse:
    """The machine fetches nothing any more."""
    machine = get_object_or_404(Machine.objects.select_related("unit"), pk=machine_id)
    actions.revoke(machine, by=request.actor, now=request.now)
    notices.success(request, _("The machine fetches no lists any more."))
    return redirect("day_lists:page")


def _unit(request: Request) -> Unit:
    return get_object_or_404(Unit, pk=request.actor.unit_id)
