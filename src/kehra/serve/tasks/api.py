"""The desk for programs: what waits for the caller's unit, and taking it."""

from datetime import date, datetime

from django.shortcuts import get_object_or_404
from ninja import Router, Schema

from kehra.kernel.access.api import PathId
from kehra.kernel.access.guard import asks
from kehra.kernel.access.permissions import shown, visible
from kehra.kernel.access.requests import Request
from kehra.serve.tasks import actions
from kehra.serve.tasks.models import Task
from kehra.serve.tasks.permissions import DO, READ

api = Router(tags=["tasks"])
MOST = 500


class TaskOut(Schema):
    """One thing that waits: its kind in words, how urgent (1 emergency … 4 not urgent), by when."""

    id: int
    words: str
    matter: int | None
    urgency: int
    due_on: date | None
    opened_at: datetime
    taken_by: str | None


@api.get("/tasks/", response=list[TaskOut], summary="What waits for the caller's unit")
@asks(READ)
def tasks(request: Request) -> list[TaskOut]:
    """At most 500, what cannot wait first."""
    by, now = request.actor, request.now
    waiting = Task.objects.waiting().filter(unit=by.unit_id).with_course().by_risk()
    rows = visible(by, READ, waiting).select_related("professional")[:MOST]
    return [_out(task) for task in shown(by, READ, rows, now=now)]


@api.post("/tasks/{task_id}/take/", response=TaskOut, summary="Take what waits")
@asks(DO)
def take(request: Request, task_id: PathId) -> TaskOut:
    """Taken twice by the same person is taken once; 409 if a colleague was faster."""
    task = get_object_or_404(Task.objects.select_related("matter", "unit", "resident"), pk=task_id)
    return _out(actions.take(task, by=request.actor, now=request.now))


def _out(task: Task) -> TaskOut:
    return TaskOut(
        id=task.pk,
        words=str(task.words),
        matter=task.matter_id,
        urgency=task.urgency,
        due_on=task.due_on,
        opened_at=task.opened_at,
        taken_by=str(task.professional) if task.professional else None,
    )
