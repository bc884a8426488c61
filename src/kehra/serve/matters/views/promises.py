"""A promise is paused and goes on."""

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kehra.kernel.access.guard import asks
from kehra.kernel.access.requests import Request
from kehra.kernel.codes.texts import localised
from kehra.kernel.time import helsinki
from kehra.library.operating_models.models import PauseReason
from kehra.serve.matters.actions import clocks
from kehra.serve.matters.forms import PauseForm
from kehra.serve.matters.models.clock import Clock
from kehra.serve.matters.permissions import ANSWER_FOR, READ
from kehra.serve.matters.views.opening import form_page, matter_for, posted


@asks(READ)
@require_http_methods(["GET", "POST"])
def pause(request: Request, matter_id: int, clock_id: int) -> HttpResponse:
    """Only for a reason whose dated row allows it; the ground stands beside each."""
    matter = matter_for(request, matter_id, ANSWER_FOR)
    clock = get_object_or_404(Clock.objects.select_related("limit", "matter"), matter=matter, pk=clock_id)
    reasons = clock.pause_reasons(helsinki.today(request.now))
    form = PauseForm(posted(request), reasons=reasons)
    if request.method == "POST" and form.is_valid():
        clocks.pause(clock, form.cleaned_data["reason"], by=request.actor, now=request.now)
        notices.success(request, _("The promise is paused. The day by law stays visible beside it."))
        return redirect("matter", matter_id)
    text = _("The promise: %(what)s. While it is paused its day moves. The resident is told.") % {
        "what": localised(clock.limit.title)
    }
    hints = {str(reason.pk): _ground(reason) for reason in reasons}
    return form_page(
        request, matter, form, title=_("Pause the promise"), button=_("Pause"), text=text, hints=hints
    )


@asks(ANSWER_FOR)
@require_POST
def resume(request: Request, matter_id: int, clock_id: int) -> HttpResponse:
    """The time goes on."""
    clock = get_object_or_404(Clock.objects.select_related("matter"), matter=matter_id, pk=clock_id)
    clocks.resume(clock, by=request.actor, now=request.now)
    notices.success(request, _("The promise goes on from today."))
    return redirect("matter", matter_id)


def _ground(reason: PauseReason) -> str:
    ground = localised(reason.ground)
    if reason.certainty == "read":
        return ground
    return _("%(ground)s (the county has not verified this ground)") % {"ground": ground}
