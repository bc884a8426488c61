"""Pages around signing in: beginning, choosing as whom to go on, and leaving."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kehra.kernel.access.guard import asks, public
from kehra.kernel.access.permissions import require
from kehra.kernel.access.requests import Request
from kehra.kernel.accounts import actions, sessions
from kehra.kernel.accounts.forms import ChoiceForm, written
from kehra.kernel.accounts.models import Assignment, Choice, User
from kehra.kernel.accounts.permissions import ACT_AS, SEE_ROLES
from kehra.kernel.accounts.sign_in import Begin, ComeBack, provider_sign_out_url, safe_next
from kehra.kernel.codes.models import Code
from kehra.kernel.codes.texts import localised
from kehra.kernel.people.models import Resident
from kehra.kernel.time import helsinki


@public("Signing in begins before anybody is known.")
@require_GET
def sign_in(request: Request) -> HttpResponse:
    """Goes to the identity provider; `next` says where to come back to."""
    answer: HttpResponse = Begin.as_view()(request)
    return answer


@public("Whoever comes back from the identity provider is not known yet.")
@transaction.non_atomic_requests  # the provider is asked over the network: no transaction waits for it
@require_GET
def come_back(request: Request) -> HttpResponse:
    """Comes from the identity provider with a code, or with the reason why not."""
    answer: HttpResponse = ComeBack.as_view()(request)
    return answer


@public("Says only that this service does not know the one who came.")
@require_GET
def no_access(request: Request) -> HttpResponse:
    """What to do when one was identified but has no role here."""
    return render(request, "accounts/no_access.html")


@public("Says only that nobody was signed in.")
@require_GET
def sign_in_failed(request: Request) -> HttpResponse:
    """What to do when signing in did not come to its end."""
    return render(request, "accounts/sign_in_failed.html")


@asks(SEE_ROLES, ACT_AS)
@require_http_methods(["GET", "POST"])
def role(request: Request) -> HttpResponse:
    """In which role, or for whom, to go on: after signing in, and whenever it is changed."""
    by, now = request.actor, request.now
    user: User = request.user  # type: ignore[assignment] # the guard lets nobody else come here
    next_url = safe_next(request, request.POST.get("next") or request.GET.get("next"))
    form = ChoiceForm(request.POST or None)
    if form.is_valid():
        actions.act_as(request, user, form.cleaned_data["choice"], by=by, now=now)
        return redirect(next_url)
    require(by, SEE_ROLES, user, now=now)
    current = written(sessions.chosen(request.session))
    page = {
        "form": form,
        "next_url": next_url,
        "people": _people(user, current, now),
        "work": _work(user, current, now),
    }
    return render(request, "accounts/role.html", page, status=400 if form.errors else 200)


@public("Shows nothing: any request keeps a session that has not ended.")
@require_POST
def keep(request: Request) -> HttpResponse:
    """Asked by one who was warned that the session will end, and wants to go on."""
    return HttpResponse(status=204)


@public("Anybody may leave, also one whose session has ended already.")
@require_POST
def sign_out(request: Request) -> HttpResponse:
    """Ends the session here, and goes to end it at the identity provider."""
    if isinstance(request.user, User):
        actions.sign_out(request, request.user, by=request.actor, now=request.now)
    return redirect(provider_sign_out_url(request))


@public("Says only that one has left.")
@require_GET
def signed_out(request: Request) -> HttpResponse:
    """The page after leaving."""
    return render(request, "accounts/signed_out.html")


@dataclass(frozen=True)
class Option:
    """One button of the page: what it sends, what it says, and whether it is in use."""

    value: str
    title: str
    text: str
    current: bool


def _people(user: User, current: str, now: datetime) -> list[Option]:
    """Oneself, then the children and the adults that one may act for today."""
    if user.resident is None:
        return []
    given = user.mandates(now).select_related("principal").order_by("pk")
    held = user.guardianships(now).select_related("child").order_by("pk")
    others = {row.principal: _("You have their mandate.") for row in given}
    others |= {row.child: _("You are their guardian.") for row in held}
    options = [(Choice(), _("Yourself"), _("Your own matters."))]
    options += [(Choice(resident_id=one.pk), _name_and_age(one, now), why) for one, why in others.items()]
    return [_option(*option, current) for option in options]


def _work(user: User, current: str, now: datetime) -> list[Option]:
    """The assignments that hold today, each with its unit, organisation and role."""
    today = helsinki.today(now)
    roles = {code.code: localised(code.names) for code in Code.objects.on(today).filter(system__uri="role")}
    return [
        _option(Choice(assignment_id=one.pk), str(one.unit), _in_role(one, roles), current)
        for one in user.assignments(now)
    ]


def _in_role(assignment: Assignment, roles: dict[str, str]) -> str:
    words = [roles.get(assignment.role, ""), str(assignment.unit.organisation)]
    return ", ".join(word for word in words if word)


def _name_and_age(resident: Resident, now: datetime) -> str:
    age = resident.age_on(helsinki.today(now))
    return resident.name if age is None else f"{resident.name}, {age}"


def _option(choice: Choice, title: str, text: str, current: str) -> Option:
    return Option(written(choice), title, text, written(choice) == current)
