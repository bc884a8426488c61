"""The first page, by who comes: anybody, a resident, or somebody at work."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from kehra.kernel.access.guard import public
from kehra.kernel.access.requests import Request
from kehra.site.navigation import NAVIGATION
from kehra.site.views import home_resident


@public("without signing in it tells only what this is; a resident's own page asks its permissions itself")
@require_GET
def home(request: Request) -> HttpResponse:
    """Where everybody begins. Somebody at work begins on the first page of their navigation."""
    if request.actor.kind == "nobody":
        return render(request, "site/front.html")
    if request.actor.kind == "resident":
        return home_resident.page(request)
    first = next((item for item in NAVIGATION if item.shown_to(request.actor)), None)
    return redirect(first.url_name if first else "help")
