"""The unit's desk: what waits, what cannot wait first."""

from datetime import date
from typing import Any

from django.contrib import messages as notices
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.guard import asks
from kehra.kernel.access.permissions import require, shown, visible
from kehra.kernel.access.requests import Request
from kehra.kernel.time import helsinki
from kehra.serve.matters.forms import GiveForm
from kehra.serve.tasks import actions
from kehra.serve.tasks.models import Task
from kehra.serve.tasks.permissions import DO, READ
from kehra.serve.tasks.rules import Standing, TaskKind, standing

PAGE = 50  # rows shown at once, and how many "show more" adds
MOST = 1000


@asks(READ)
@require_GET
def desk(request: Request) -> HttpResponse:
    """What waits for the unit, filtered by whose it is and by kind."""
    by, now = request.actor, request.now
    if by.kind == "resident":
        raise Http404
    waiting = visible(by, READ, Task.objects.waiting().filter(unit=by.unit_id))
    chosen = _chosen(request)
    tasks = _narrowed(waiting, chosen, by.professional_id).with_course().by_risk()
    limit = _limit(request)
    some = shown(by, READ, tasks.select_related(*_READ_WITH).only(*_SHOWN)[: limit + 1], now=now)
    standings = Standings(helsinki.today(now))
    rows = [_row(task, by, standings) for task in some[:limit]]
    context = {
        "rows": rows,
        "filters": _filters(waiting, chosen, by.professional_id),
        "next_limit": limit + PAGE if len(some) > limit and limit < MOST else None,
        "chosen": chosen,
        "here": request.get_full_path(),
    }
    return render(request, "tasks/desk.html", context)


@asks(DO)
@require_POST
def take(request: Request, task_id: int) -> HttpResponse:
    """One button, one key."""
    task = actions.take(_task(task_id), by=request.actor, now=request.now)
    notices.success(request, _("You took it. It is now yours."))
    return redirect(_back(request, task))


@asks(READ)
@require_http_methods(["GET", "POST"])
def give(request: Request, task_id: int) -> HttpResponse:
    """Chooses a colleague of the unit."""
    task = _task(task_id)
    require(request.actor, READ, task, now=request.now)
    form = GiveForm(
        request.POST if request.method == "POST" else None, unit=task.unit, today=helsinki.today(request.now)
    )
    if request.method == "POST" and form.is_valid():
        professional = form.cleaned_data["professional"]
        actions.give(task, professional, by=request.actor, now=request.now)
        notices.success(request, _given(professional))
        return redirect(_back(request, task))
    context = {"task": task, "form": form, "back": _back(request, task)}
    return render(request, "tasks/give.html", context, status=422 if form.errors else 200)


@asks(DO)
@require_POST
def done(request: Request, task_id: int) -> HttpResponse:
    """What is done by hand leaves the desk."""
    task = actions.finish_task(_task(task_id), by=request.actor, now=request.now)
    notices.success(request, _("It is done and no longer waits."))
    return redirect(_back(request, task))


_READ_WITH = ("matter__service", "resident__municipality", "professional")
# What the desk says of a row, and by what it is decided whether it is shown.
_SHOWN = (
    *("county_id", "unit_id", "professional_id", "resident_id", "matter_id", "kind", "key", "urgency"),
    *("due_on", "opened_at", "viewers", "barred", "matter__service__names"),
    *("resident__given_names", "resident__family_name", "resident__birth_date"),
    *("resident__address_protected", "resident__municipality__names"),
    *("professional__given_names", "professional__family_name"),
)


def _task(task_id: int) -> Task:
    return get_object_or_404(Task.objects.select_related("matter", "unit", "resident"), pk=task_id)


def _given(professional: Any) -> str:
    if professional is None:
        return _("It waits again for whoever takes it.")
    return _("It was given to %(name)s.") % {"name": professional.name}


def _back(request: Request, task: Task) -> str:
    """The desk as it was filtered, at the row that was dealt with."""
    wanted = request.POST.get("back") or request.GET.get("back") or ""
    path = wanted.partition("#")[0]
    desk_path = reverse("tasks:desk")
    if path != desk_path and not path.startswith(desk_path + "?"):
        path = desk_path
    return f"{path}#task-{task.pk}"


def _chosen(request: Request) -> dict[str, str]:
    """What is asked to be shown; words that mean nothing show everything."""
    whose, kind = request.GET.get("whose", ""), request.GET.get("kind", "")
    return {
        "whose": whose if whose in {"mine", "waiting"} else "",
        "kind": kind if TaskKind.is_declared(kind) else "",
    }


def _limit(request: Request) -> int:
    wanted = request.GET.get("limit", "")
    return min(int(wanted), MOST) if wanted.isdecimal() and len(wanted) < 5 and int(wanted) else PAGE


def _narrowed(tasks: Any, chosen: dict[str, str], professional_id: int | None) -> Any:
    if chosen["whose"] == "mine":
        tasks = tasks.filter(professional=professional_id)
    elif chosen["whose"] == "waiting":
        tasks = tasks.filter(professional__isnull=True)
    return tasks.filter(kind=chosen["kind"]) if chosen["kind"] else tasks


def _filters(
    waiting: QuerySet[Task], chosen: dict[str, str], professional_id: int | None
) -> dict[str, list[dict[str, Any]]]:
    """The choices above the list with how many each would show; one query."""
    mine, free = Q(professional=professional_id), Q(professional__isnull=True)
    counts: dict[str, Any] = {
        row["kind"]: row
        for row in waiting.values("kind").annotate(
            all=Count("pk"), mine=Count("pk", filter=mine), waiting=Count("pk", filter=free)
        )
    }
    of_kind = [row for kind, row in counts.items() if chosen["kind"] in ("", kind)]
    whose = {"": ("all", _("All")), "mine": ("mine", _("Mine")), "waiting": ("waiting", _("Not taken"))}
    column = whose.get(chosen["whose"], whose[""])[0]
    kinds = [("", _("Every kind"), sum(row[column] for row in counts.values()))] + [
        (kind, str(TaskKind.named(kind).words), row[column]) for kind, row in sorted(counts.items())
    ]
    return {
        "whose": [
            {
                "value": value,
                "words": words,
                "count": sum(row[name] for row in of_kind),
                "current": value == chosen["whose"],
            }
            for value, (name, words) in whose.items()
        ],
        "kind": [
            {"value": value, "words": words, "count": count, "current": value == chosen["kind"]}
            for value, words, count in kinds
        ],
    }


class Standings(dict[tuple[date | None, bool], tuple[str, str]]):
    """How the promise of a day stands and what is said of it, counted once for all the rows of a list."""

    def __init__(self, today: date) -> None:
        super().__init__()
        self.today = today

    def __missing__(self, key: tuple[date | None, bool]) -> tuple[str, str]:
        due_on, paused = key
        stands = standing(due_on, self.today, paused=paused)
        self[key] = stands.state, _left(stands)
        return self[key]


def _row(task: Any, by: Actor, standings: Standings) -> dict[str, Any]:
    resident = task.resident
    state, left = standings[task.due_on, task.paused and task.due_on is None and task.promised]
    return {
        "task": task,
        "words": task.words,
        "resident": resident,
        "name": resident.name if resident else "",
        "state": state,
        "left": left,
        "age": _age(resident.age_on(standings.today)) if resident else "",
        "mine": task.professional_id is not None and task.professional_id == by.professional_id,
    }


def _age(years: int | None) -> str:
    return _("age not known") if years is None else _("%(age)s years") % {"age": years}


def _left(stands: Standing) -> str:
    """ "2 working days left", "due today", "2 working days late"."""
    days = stands.working_days
    if days is None:
        return ""
    if stands.state == "broken":
        if days == 0:
            return _("since the last day off")
        return ngettext("%(days)s working day late", "%(days)s working days late", -days) % {"days": -days}
    if days == 0:
        return _("by today")
    return ngettext("%(days)s working day left", "%(days)s working days left", days) % {"days": days}
