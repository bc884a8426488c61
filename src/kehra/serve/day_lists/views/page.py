"""The desk's page about the day list, and the list taken by hand."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from kehra.kernel.access.guard import asks
from kehra.kernel.access.permissions import may, require
from kehra.kernel.access.requests import Request
from kehra.kernel.organisations.models import Unit
from kehra.serve.day_lists import local
from kehra.serve.day_lists.actions import making
from kehra.serve.day_lists.file import NAME
from kehra.serve.day_lists.forms import MachineForm
from kehra.serve.day_lists.models import Machine, UnitKey
from kehra.serve.day_lists.permissions import MAKE, MANAGE, READ, own_list


@asks(READ)
@require_GET
def page(request: Request) -> HttpResponse:
    """How the list is kept, for those who use it and for the unit's manager."""
    return render(request, "day_lists/page.html", page_context(request))


@asks(MAKE)
@require_GET
def download(request: Request) -> HttpResponse:
    """The closed list as a file, made now."""
    unit = get_object_or_404(Unit, pk=request.actor.unit_id)
    return as_file(making.make(unit, by=request.actor, now=request.now))


def page_context(request: Request, form: MachineForm | None = None, **more: Any) -> dict[str, Any]:
    """What the page shows; asks READ. `more` is what is told only once: a token, a passphrase."""
    by, now = request.actor, request.now
    asked = own_list(by)
    require(by, READ, asked, now=now)
    machines = Machine.objects.working().filter(unit=by.unit_id).order_by("name")
    return {
        "key": UnitKey.objects.filter(unit=by.unit_id).first(),
        "machines": machines,
        "may_make": may(by, MAKE, asked, now=now),
        "may_manage": may(by, MANAGE, asked, now=now),
        "form": form or MachineForm(),
        "folders": [(machine, local.folder_of(machine)) for machine in machines if local.kept()],
        "demo_passphrase": local.DEMO_PASSPHRASE if settings.DEMO else "",
        "file_name": NAME,
        "token": "",
        "passphrase": "",
        "new_machine": None,
        **more,
    }


def as_file(text: str) -> HttpResponse:
    """A download: the file is never opened under this site's address."""
    answer = HttpResponse(text, content_type="text/html; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{NAME}"'
    return answer
