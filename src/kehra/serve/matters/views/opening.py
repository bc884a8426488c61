"""How every page of work in a matter begins and is drawn."""

from collections.abc import Mapping
from typing import Any

from django.forms import Form
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render

from kehra.kernel.access.permissions import Permission, may, require
from kehra.kernel.access.requests import Request
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.permissions import READ


def matter_for(request: Request, matter_id: int, permission: Permission) -> Matter:
    """The matter, for one who sees it and may do this in it. Raises Refused, so that a form is not
    even shown to those whose answer would be refused."""
    matter = get_object_or_404(
        Matter.objects.select_related("service", "unit", "resident", "responsible"), pk=matter_id
    )
    require(request.actor, READ, matter, now=request.now)
    if not may(request.actor, permission, matter, now=request.now):
        require(request.actor, permission, matter, now=request.now)
    return matter


def posted(request: Request) -> QueryDict | None:
    """What a form is bound to: also nothing at all, when nothing was filled in."""
    return request.POST if request.method == "POST" else None


def form_page(
    request: Request,
    matter: Matter,
    form: Form,
    *,
    title: str,
    button: str,
    text: str = "",
    final: bool = False,
    hints: Mapping[str, str] | None = None,
) -> HttpResponse:
    """A page that asks one thing in a matter. `final` marks what cannot be undone."""
    context: dict[str, Any] = {
        "matter": matter,
        "form": form,
        "title": title,
        "button": button,
        "text": text,
        "final": final,
        "hints": hints or {},
    }
    return render(request, "matters/form.html", context, status=422 if form.errors else 200)
