"""Matters for programs: what one may see of them, and their promises."""

from datetime import date, datetime

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from ninja import Router, Schema

from kehra.kernel.access.api import PathId
from kehra.kernel.access.guard import asks
from kehra.kernel.access.permissions import require, shown, visible
from kehra.kernel.access.requests import Request
from kehra.kernel.time import helsinki
from kehra.serve.matters.models.clock import Clock
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.permissions import READ

api = Router(tags=["matters"])
MOST = 200


class PromiseOut(Schema):
    """Something promised by a day; while paused, the day moves."""

    words: str
    by: date
    paused: bool


class MatterOut(Schema):
    """A matter without what is written in it."""

    id: int
    service: str
    unit: str
    opened_at: datetime
    closed_at: datetime | None
    promises: list[PromiseOut]


@api.get("/matters/", response=list[MatterOut], summary="The matters that the caller may see, newest first")
@asks(READ)
def matters(request: Request) -> list[MatterOut]:
    """At most 200: a resident's own, or those of the unit one works in."""
    by, now = request.actor, request.now
    rows = visible(by, READ, _with_promises(Matter.objects.all())).order_by("-opened_at", "-pk")[:MOST]
    return [_out(matter, now) for matter in shown(by, READ, rows, now=now)]


@api.get("/matters/{matter_id}/", response=MatterOut, summary="One matter")
@asks(READ)
def matter(request: Request, matter_id: PathId) -> MatterOut:
    """404 for what does not exist for the caller."""
    found = get_object_or_404(_with_promises(Matter.objects.all()), pk=matter_id)
    require(request.actor, READ, found, now=request.now)
    return _out(found, request.now)


def _with_promises(rows: QuerySet[Matter]) -> QuerySet[Matter]:
    running = Clock.objects.filter(stopped_on__isnull=True).select_related("limit").order_by("promised_on")
    return rows.select_related("service", "unit").prefetch_related(
        Prefetch("clocks", running.prefetch_related("pauses"), to_attr="running")
    )


def _out(matter: Matter, now: datetime) -> MatterOut:
    today = helsinki.today(now)
    running: list[Clock] = matter.running  # type: ignore[attr-defined]
    return MatterOut(
        id=matter.pk,
        service=str(matter.service),
        unit=str(matter.unit),
        opened_at=matter.opened_at,
        closed_at=matter.closed_at,
        promises=[
            PromiseOut(words=str(clock.limit), by=clock.due_on(today), paused=clock.paused_on(today))
            for clock in running
        ],
    )
