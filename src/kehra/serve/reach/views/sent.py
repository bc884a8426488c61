"""What the demo's gateways would have sent."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kehra.kernel.access.guard import public
from kehra.kernel.access.requests import Request
from kehra.serve.messages.models import SentCopy

MOST_SHOWN = 100


@public("the demo's outbox: nobody in the demo exists; an installation has no such page")
@require_GET
def sent(request: Request) -> HttpResponse:
    """E-mails, text messages and orders as they would have left, the latest first. Only in the demo."""
    if not settings.DEMO:
        raise Http404
    copies = SentCopy.objects.order_by("-at", "-pk")[:MOST_SHOWN]
    return render(request, "reach/sent.html", {"copies": copies})
