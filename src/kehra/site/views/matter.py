"""Everything about one matter in one place. It joins what several apps know, and shows staff and
residents the same matter in the words that fit each."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from kehra.kernel.access.guard import asks
from kehra.kernel.access.one_look import one_look
from kehra.kernel.access.permissions import require
from kehra.kernel.access.requests import Request
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.permissions import READ
from kehra.site.views import matter_resident, matter_staff


@asks(READ)
@require_GET
def matter(request: Request, matter_id: int) -> HttpResponse:
    """The matter, for whoever may see it."""
    found = get_object_or_404(
        Matter.objects.select_related("service", "unit", "responsible", "resident__municipality", "county"),
        pk=matter_id,
    )
    page = matter_staff.page if request.actor.kind == "professional" else matter_resident.page
    with one_look():
        require(request.actor, READ, found, now=request.now)
        return page(request, found)
