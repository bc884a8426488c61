"""A matter is offered to another unit, which answers."""

from typing import Any

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kehra.kernel.access.guard import asks
from kehra.kernel.access.requests import Request
from kehra.kernel.accounts.once import once
from kehra.kernel.time import helsinki
from kehra.serve.matters.actions import handovers
from kehra.serve.matters.forms import GuideForm, OfferForm, RefuseForm, TransferForm
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.models.participation import Handover
from kehra.serve.matters.permissions import ANSWER_FOR, ANSWER_HANDOVER, READ
from kehra.serve.matters.views.opening import form_page, matter_for, posted


@asks(READ)
@require_http_methods(["GET", "POST"])
def transfer(request: Request, matter_id: int) -> HttpResponse:
    """Asks another unit to answer for the matter."""
    matter = matter_for(request, matter_id, ANSWER_FOR)
    form = TransferForm(posted(request), matter=matter, today=helsinki.today(request.now))
    text = _("The matter stays with you until the other unit accepts. The promises go on.")
    return _offer(request, matter, form, title=_("Hand over to another unit"), text=text)


@asks(READ)
@require_http_methods(["GET", "POST"])
def guide(request: Request, matter_id: int) -> HttpResponse:
    """Asks another producer to give a named offering."""
    matter = matter_for(request, matter_id, ANSWER_FOR)
    form = GuideForm(posted(request), matter=matter, today=helsinki.today(request.now))
    text = _(
        "The matter stays with you until the receiver confirms. After that you still work in it beside them."
    )
    return _offer(request, matter, form, title=_("Guide to another service"), text=text)


def _offer(request: Request, matter: Matter, form: OfferForm, **words: Any) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        notices.success(request, _("The request was sent. If it is not answered in time, it comes back."))

        def make() -> str:
            handovers.offer(
                matter,
                to=data["to"],
                shares=data["shares"],
                note=data["note"],
                by=request.actor,
                now=request.now,
            )
            return reverse("matter", args=[matter.pk])

        return redirect(once(data["once"], make, by=request.actor, now=request.now))
    return form_page(request, matter, form, button=_("Ask them"), **words)


@asks(ANSWER_HANDOVER)
@require_POST
def accept(request: Request, matter_id: int, handover_id: int) -> HttpResponse:
    """The receiver answers for the matter from now on."""
    handovers.accept(_handover(matter_id, handover_id), by=request.actor, now=request.now)
    notices.success(request, _("Your unit answers for the matter now. Take it, or let a colleague take it."))
    return redirect("matter", matter_id)


@asks(READ)
@require_http_methods(["GET", "POST"])
def refuse(request: Request, matter_id: int, handover_id: int) -> HttpResponse:
    """The receiver says why not."""
    matter = matter_for(request, matter_id, READ)
    form = RefuseForm(posted(request))
    if request.method == "POST" and form.is_valid():
        handover = _handover(matter_id, handover_id)
        handovers.refuse(handover, form.cleaned_data["reason"], by=request.actor, now=request.now)
        notices.success(request, _("The matter went back to the unit that asked. You no longer see it."))
        return redirect("/desk/")
    text = _("The matter goes back to the unit that asked, with your reason, and you no longer see it.")
    return form_page(
        request, matter, form, title=_("Refuse the request?"), button=_("Refuse"), text=text, final=True
    )


@asks(ANSWER_FOR)
@require_POST
def withdraw(request: Request, matter_id: int, handover_id: int) -> HttpResponse:
    """The giver takes the question back."""
    handovers.withdraw(_handover(matter_id, handover_id), by=request.actor, now=request.now)
    notices.success(request, _("The request was withdrawn. The other unit no longer sees the matter."))
    return redirect("matter", matter_id)


def _handover(matter_id: int, handover_id: int) -> Handover:
    return get_object_or_404(Handover.objects.select_related("matter"), matter=matter_id, pk=handover_id)
