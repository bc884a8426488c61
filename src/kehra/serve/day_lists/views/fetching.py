"""The way in of the machines."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from kehra.kernel.access.guard import public
from kehra.kernel.access.requests import Request
from kehra.serve.day_lists.actions import making
from kehra.serve.day_lists.models import Machine
from kehra.serve.day_lists.views.page import as_file


@public("a machine shows a token of its own, and gets only what is closed to its unit; the action asks FETCH")
@require_GET
def fetch(request: Request) -> HttpResponse:
    """The list of the unit whose machine this is. A wrong token and a revoked one look the same."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    machine = Machine.objects.with_token(token) if scheme == "Bearer" else None
    if machine is None:
        raise Http404
    return as_file(making.fetch(machine, by=machine.actor(), now=request.now))
