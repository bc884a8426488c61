"""The day's letters are made of what waits to be told, printed and posted."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from django.db import transaction

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import decide, may, require
from kehra.kernel.organisations.models import Unit
from kehra.kernel.people.models import Address
from kehra.serve.messages.models import EmailState, Notification
from kehra.serve.reach import composing
from kehra.serve.reach.models import Letter
from kehra.serve.reach.permissions import POST, PRINT, PRINT_ADDRESS, Letters, together


@transaction.atomic
def make(*, by: Actor, now: datetime) -> list[Letter]:
    """One letter for each receiver of all that waits in the actor's unit. What somebody else is making at
    this moment is left to them, so nothing is in two letters. Nothing is made of what the actor may not
    print: a colleague does it."""
    waiting = Notification.objects.letters_of(by.unit_id).select_for_update(of=("self",), skip_locked=True)
    rows = waiting.select_related("receiver", "message__matter", "message__unit", "message__professional")
    in_order = sorted(rows, key=lambda row: (row.receiver_id or 0, row.queued_at, row.pk))
    groups = [list(group) for _receiver, group in groupby(in_order, key=lambda row: row.receiver_id)]
    allowed = [group for group in groups if may(by, POST, _waiting(group, by), now=now)]
    require(by, POST, _waiting([row for group in allowed for row in group], by), now=now)
    unit = Unit.objects.select_related("site__municipality", "county").get(pk=by.unit_id or 0)
    return [_make(group, unit, by=by, now=now) for group in allowed]


@transaction.atomic
def printed(letters: Sequence[Letter], *, by: Actor, now: datetime) -> dict[int, Address | None]:
    """The addresses of the letters, by letter: what is printed now, the first time or again, stands in the
    log. None for a protected address that this unit may not print: the letter is handed over instead."""
    require(by, PRINT, together(letters, by), now=now)
    addresses = Address.objects.in_bulk([letter.receiver_id for letter in letters])
    shown: dict[int, Address | None] = {}
    for letter in letters:
        allowed = decide(by, PRINT_ADDRESS, letter, now=now).allowed
        if allowed and letter.receiver.address_protected:
            require(by, PRINT_ADDRESS, letter, now=now)
        shown[letter.pk] = addresses.get(letter.receiver_id) if allowed else None
    return shown


@transaction.atomic
def post(letters: Sequence[Letter], *, by: Actor, now: datetime) -> int:
    """The letters are in the post. One that was already stays as it was. Returns how many are new."""
    ids = [letter.pk for letter in letters]
    locked = list(Letter.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk"))
    require(by, POST, together(locked, by), now=now)
    new = [letter for letter in locked if letter.posted_at is None and letter.unit_id == by.unit_id]
    Letter.objects.filter(pk__in=[letter.pk for letter in new]).update(
        posted_at=now, posted_by=by.professional_id
    )
    Notification.objects.filter(letters__in=new).update(state=EmailState.SENT, sent_at=now)
    return len(new)


def _waiting(rows: Sequence[Notification], by: Actor) -> Letters:
    """What waits, as the thing that is asked about."""
    residents = {pk for row in rows for pk in (row.receiver_id, *composing.about(row)) if pk}
    return Letters(by.county_id, by.unit_id, tuple(residents))


def _make(rows: list[Notification], unit: Unit, *, by: Actor, now: datetime) -> Letter:
    receiver = rows[0].receiver
    if receiver is None or by.professional_id is None:
        raise ValueError("A letter has a receiver, and somebody who made it.")
    letter = Letter.objects.create(
        county=unit.county,
        unit=unit,
        receiver=receiver,
        language=receiver.written_language,
        body=composing.body(receiver, rows, unit, now),
        made_at=now,
        made_by_id=by.professional_id,
    )
    letter.notifications.set(rows)
    Notification.objects.filter(pk__in=[row.pk for row in rows]).update(state=EmailState.SENDING)
    return letter
