"""An entry is queued for the system that holds its record, or sent again; the same person is opened there."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import NotPossible, require
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.models.record import Entry, PartKind
from kehra.serve.records import declared, jobs
from kehra.serve.records.models import Launch, Sending, SendingState, hash_of
from kehra.serve.records.permissions import OPEN_ELSEWHERE, SEND, SEND_AGAIN, TELL_WHO
from kehra.serve.records.rules.declaration import System
from kehra.serve.records.signals import REFUSED
from kehra.serve.tasks import actions as tasks

LINK_HOLDS = timedelta(seconds=60)


@dataclass(frozen=True)
class Context:
    """Who is opened, and by whom: what the other system is told."""

    code: str
    names: tuple[str, str]
    birth_date: date | None
    professional: str
    register_number: str
    unit: str


@transaction.atomic
def queue(entry: Entry, *, by: Actor, now: datetime) -> Sending | None:
    """The program does it within the action that wrote the entry. None where Kehrä holds the record, or while
    nobody knows who the resident is: it is queued when they are identified. Twice is once."""
    system = declared.current().holder("entry", entry.sector)
    if entry.kind != PartKind.ENTRY or system is None or not system.takes:
        return None
    if not entry.matter.resident.identified:
        return None
    sending, made = Sending.objects.get_or_create(
        entry=entry, system=system.code, defaults={"queued_at": now}
    )
    if made:
        require(by, SEND, sending, now=now)
        jobs.plan(sending)
    return sending


@transaction.atomic
def follow(entry: Entry, *, by: Actor, now: datetime) -> None:
    """The program does it within the action that carried the entry to another matter: what was sent of it is
    marked there as entered in error, and the row that took its place is sent for whom it is about."""
    for sending in Sending.objects.select_for_update().filter(entry=entry):
        require(by, SEND, sending, now=now)
        sending.state, sending.taken_at, sending.answer = SendingState.WAITS, None, ""
        sending.save(update_fields=["state", "taken_at", "answer"])
        jobs.plan(sending)
    queue(entry.moved_to, by=by, now=now)


@transaction.atomic
def send_again(sending: Sending, *, by: Actor, now: datetime) -> Sending:
    """What was refused is tried again, for instance when it has been mended there. Twice is once."""
    require(by, SEND_AGAIN, sending, now=now)
    sending = (
        Sending.objects.select_for_update(of=("self",)).select_related("entry__matter").get(pk=sending.pk)
    )
    if sending.state == SendingState.REFUSED:
        sending.state, sending.answer = SendingState.WAITS, ""
        sending.save(update_fields=["state", "answer"])
        matter = sending.matter
        tasks.finish_tasks(matter=matter, kind=REFUSED, key=str(sending.pk), by=by, now=now)
        jobs.plan(sending)
    return sending


@transaction.atomic
def launch(matter: Matter, system: System, *, by: Actor, now: datetime) -> str:
    """The token with which the other system asks, within a minute, whom to open. Raises NotPossible for a
    resident whose identity code is not known."""
    require(by, OPEN_ELSEWHERE, matter, now=now)
    if not matter.resident.identified:
        raise NotPossible(
            _("The resident has not been identified, so they cannot be found in another system.")
        )
    token = secrets.token_urlsafe(32)
    Launch.objects.create(  # type: ignore[misc] # who works in a unit is a professional in it
        matter=matter,
        system=system.code,
        professional_id=by.professional_id,
        unit_id=by.unit_id,
        token_hash=hash_of(token),
        made_at=now,
        ends_at=now + LINK_HOLDS,
    )
    return token


@transaction.atomic
def tell_who(launch: Launch, *, by: Actor, now: datetime) -> Context:
    """Whom the launch stands for, told to the system that showed its token. Raises NotPossible for one that
    has been used, or is too old."""
    require(by, TELL_WHO, launch, now=now)
    launch = Launch.objects.select_for_update(of=("self",)).get(pk=launch.pk)
    if launch.used_at is not None or launch.ends_at <= now:
        raise NotPossible(_("The link has been used, or is too old."))
    launch.used_at = now
    launch.save(update_fields=["used_at"])
    resident, professional = launch.matter.resident, launch.professional
    return Context(
        code=resident.identity_code or "",
        names=(resident.given_names, resident.family_name),
        birth_date=resident.birth_date,
        professional=professional.name,
        register_number=professional.register_number,
        unit=str(launch.unit),
    )
