"""Where somebody's data was shown to another person: what the data protection officer judges, and by when."""

from typing import Any

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kehra.kernel.access.guard import asks
from kehra.kernel.access.permissions import may, require
from kehra.kernel.access.requests import Request
from kehra.kernel.accounts.once import once
from kehra.kernel.codes.texts import localised
from kehra.kernel.time import helsinki
from kehra.serve.corrections.actions import incidents as judging
from kehra.serve.corrections.forms import JudgeForm
from kehra.serve.corrections.models import Incident
from kehra.serve.corrections.permissions import JUDGE_INCIDENT, OVERSEE, READ_INCIDENT, Records
from kehra.serve.messages.models import EmailState, Notification
from kehra.serve.rights.models import Threshold
from kehra.serve.rights.permissions import OVERSEE_LOG
from kehra.serve.rights.views import log_lines

MOST = 100


@asks(OVERSEE)
@require_GET
def incidents(request: Request) -> HttpResponse:
    """Those that wait for a judgement, the soonest due first, and the latest that were judged."""
    by, now = request.actor, request.now
    rows = Incident.objects.filter(county=by.county_id).select_related("about", "shown_to", "correction")
    waiting = [one for one in rows.filter(judged_at=None)[:MOST] if may(by, READ_INCIDENT, one, now=now)]
    judged = [
        one
        for one in rows.exclude(judged_at=None).order_by("-judged_at")[:MOST]
        if may(by, READ_INCIDENT, one, now=now)
    ]
    shown = tuple(pk for one in (*waiting, *judged) for pk in (one.about_id, one.shown_to_id))
    require(by, OVERSEE, Records(by.county_id, shown), now=now)
    context = {"waiting": [(one, one.late_at(now)) for one in waiting], "judged": judged}
    return render(request, "corrections/incidents.html", context)


@asks(READ_INCIDENT)
@require_http_methods(["GET", "POST"])
def incident(request: Request, incident_id: int) -> HttpResponse:
    """What happened, what the wrong person saw and was sent, and the judgement."""
    by, now = request.actor, request.now
    found = get_object_or_404(
        Incident.objects.select_related(
            "about",
            "shown_to",
            "correction__professional",
            "correction__unit",
            "correction__from_matter",
            "separated__professional",
            "separated__unit",
            "separated__undone_by",
            "judged_by",
        ),
        pk=incident_id,
    )
    require(by, READ_INCIDENT, found, now=now)
    require(by, OVERSEE_LOG, found.about, now=now)
    form = JudgeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        data = form.cleaned_data

        def make() -> str:
            judging.judge(found, data["verdict"], data["words"], by=by, now=now)
            return request.path

        path = once(data["once"], make, by=by, now=now)
        notices.success(request, _("Your judgement was recorded."))
        return redirect(path)
    matter_id = found.correction.from_matter_id if found.correction else None
    ground = Threshold.objects.of("breach_notification", helsinki.today(found.noticed_at)).ground
    context = {
        "incident": found,
        "late": found.late_at(now),
        "ground": localised(ground),
        "seen": log_lines.lines_of_residents(
            found.shown_to, matter_id, since=found.since, until=found.noticed_at, by=by, now=now
        ),
        "emails": _told(found),
        "may_judge": found.judged_at is None and may(by, JUDGE_INCIDENT, found, now=now),
        "form": form,
    }
    return render(request, "corrections/incident.html", context, status=422 if form.errors else 200)


def _told(found: Incident) -> list[dict[str, Any]]:
    """What was to tell the wrong person that there is something to read, by channel and by what became of
    it; the latest time of each."""
    if found.correction is None:
        return []
    told = Notification.objects.filter(
        message__matter=found.correction.from_matter_id, queued_at__gte=found.since
    ).order_by("queued_at", "pk")
    words = {
        EmailState.SENT: _("sent"),
        EmailState.WITHDRAWN: _("stopped before it was sent"),
        EmailState.FAILED: _("not delivered"),
        EmailState.UNKNOWN: _("not known whether it was sent"),
    }
    lines: dict[tuple[str, str], dict[str, Any]] = {}
    for one in told:
        line = lines.setdefault((one.channel, one.state), {"times": 0})
        line["channel"] = one.get_channel_display()
        line["state"] = words.get(EmailState(one.state), _("waiting"))
        line["at"], line["times"] = one.sent_at or one.queued_at, line["times"] + 1
    return list(lines.values())
