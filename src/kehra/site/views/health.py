"""Whether the service works, for the machines that watch it."""

from datetime import datetime

from django.db import transaction
from django.http import JsonResponse
from django.views.decorators.http import require_GET

from kehra.kernel.access.guard import public
from kehra.kernel.access.requests import Request
from kehra.site import health as installation


@public("whether the service works; nobody's data")
@transaction.non_atomic_requests
@require_GET
def health(request: Request) -> JsonResponse:
    """200 while people can be served, else 503; `attention` names what somebody should look at."""
    found = installation.examine(request.now)
    answer = {
        "serves": found.serves,
        "database": found.database,
        "log": found.log,
        "worker_seen_seconds_ago": _ago(found.worker_seen, found.now),
        "sealed_seconds_ago": _ago(found.sealed, found.now),
        "attention": found.attention,
    }
    return JsonResponse(answer, status=200 if found.serves else 503)


def _ago(moment: datetime | None, now: datetime) -> float | None:
    return None if moment is None else round((now - moment).total_seconds(), 1)
