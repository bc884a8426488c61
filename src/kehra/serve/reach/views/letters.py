"""The unit's letters: what waits to be printed, what waits for the post, and what has gone."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kehra.kernel.access.guard import asks
from kehra.kernel.access.permissions import may, require
from kehra.kernel.access.requests import Request
from kehra.kernel.people.models import Address, Resident
from kehra.serve.messages.models import Notification
from kehra.serve.reach import composing
from kehra.serve.reach.actions import letters as actions
from kehra.serve.reach.models import Letter, LetterQuerySet
from kehra.serve.reach.permissions import POST, PRINT, Letters, together

MOST_POSTED = 30


@dataclass(frozen=True)
class Waiting:
    """What one receiver's next letter will tell."""

    receiver: Resident
    number: int


@dataclass(frozen=True)
class Sheet:
    """One letter on paper, with the address if it may stand there."""

    letter: Letter
    address: Address | None


@asks(PRINT)
@require_GET
def queue(request: Request) -> HttpResponse:
    """The day's letters, in their three stages."""
    by, now = request.actor, request.now
    waiting = _waiting(request)
    letters = _of_unit(request)
    to_post = _allowed(letters.to_post(by.unit_id), request)
    gone = letters.filter(posted_at__isnull=False).order_by("-posted_at", "-pk")[:MOST_POSTED]
    posted = _allowed(gone, request)
    shown = {one.receiver.pk for one in waiting}
    shown |= {pk for letter in [*to_post, *posted] for pk in letter.concern().residents}
    require(by, PRINT, Letters(by.county_id, by.unit_id, tuple(shown)), now=now)
    context = {"waiting": waiting, "to_post": to_post, "posted": posted}
    return render(request, "reach/letters.html", context)


@asks(POST)
@require_POST
def make(request: Request) -> HttpResponse:
    """Makes the letters of all that waits; twice makes nothing new."""
    actions.make(by=request.actor, now=request.now)
    return redirect("reach:sheets")


@asks(PRINT)
@require_GET
def sheets(request: Request) -> HttpResponse:
    """All letters that are not in the post yet, one on each sheet."""
    return _print(request, _allowed(_of_unit(request).to_post(request.actor.unit_id), request))


@asks(PRINT)
@require_GET
def sheet(request: Request, letter_id: int) -> HttpResponse:
    """One letter, printed again."""
    return _print(request, [get_object_or_404(_of_unit(request), pk=letter_id)])


@asks(POST)
@require_http_methods(["POST"])
def posted(request: Request) -> HttpResponse:
    """Those that were on the sheets are in the post. Twice is once."""
    chosen = [int(pk) for pk in request.POST.getlist("letter") if pk.isdecimal() and len(pk) < 19]
    number = actions.post(list(_of_unit(request).filter(pk__in=chosen)), by=request.actor, now=request.now)
    said = ngettext("%(num)s letter was posted.", "%(num)s letters were posted.", number) % {"num": number}
    notices.success(request, said)
    return redirect("reach:letters")


def _of_unit(request: Request) -> LetterQuerySet:
    return Letter.objects.filter(unit=request.actor.unit_id).select_related("receiver", "unit")


def _allowed(letters: Iterable[Letter], request: Request) -> list[Letter]:
    """Without those that this worker may not print; a colleague sees them."""
    by, now = request.actor, request.now
    return [one for one in letters if may(by, PRINT, together([one], by), now=now)]


def _waiting(request: Request) -> list[Waiting]:
    by, now = request.actor, request.now
    rows: dict[int, list[Notification]] = {}
    waiting = Notification.objects.letters_of(by.unit_id)
    for row in waiting.select_related("receiver", "message__matter", "matter"):
        rows.setdefault(row.receiver_id or 0, []).append(row)
    found = []
    for of_one in rows.values():
        residents = {pk for row in of_one for pk in (row.receiver_id, *composing.about(row)) if pk}
        if may(by, PRINT, Letters(by.county_id, by.unit_id, tuple(residents)), now=now):
            found.append(Waiting(of_one[0].receiver, len(of_one)))  # type: ignore[arg-type]
    return found


def _print(request: Request, letters: list[Letter]) -> HttpResponse:
    addresses = actions.printed(letters, by=request.actor, now=request.now)
    pages = [Sheet(letter, addresses[letter.pk]) for letter in letters]
    to_post = [one for one in letters if one.posted_at is None]
    return render(request, "reach/sheets.html", {"sheets": pages, "to_post": to_post})
