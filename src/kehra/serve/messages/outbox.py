"""By which way somebody is told, and the rows that tell them. No permission is asked here: the actions that
call this have asked theirs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from kehra.kernel.accounts.models import User
from kehra.kernel.organisations.models import Unit
from kehra.kernel.people.models import Address, Guardianship, Mandate, Resident
from kehra.kernel.time import helsinki
from kehra.serve.matters.models.matter import Matter
from kehra.serve.messages import jobs
from kehra.serve.messages.gateways import gateway
from kehra.serve.messages.models import Channel, EmailState, Message, Notification, Wording

ELECTRONIC = (Channel.EMAIL, Channel.SMS)


@dataclass(frozen=True, slots=True)
class Way:
    """Who is told, by what, where. A letter's address is read when it is printed, by those who may."""

    receiver: Resident
    channel: Channel
    address: str = ""


def ways(resident: Resident, now: datetime) -> list[Way]:
    """How those who should know are told news: each by one way, those whom nothing reaches by none."""
    found = (_way_of_news(receiver) for receiver in receivers(resident, now))
    return [way for way in found if way is not None]


def receivers(resident: Resident, now: datetime) -> list[Resident]:
    """Who is told what concerns the resident: the resident, or for one who has no way of their own the
    guardians who may act for them today; and those who act by a mandate and are to be told. Whoever acts
    for the resident is left out if the resident has restricted them."""
    today = helsinki.today(now)
    restricted = resident.restrictions.filter(from_those_acting_for=True, withdrawn_at__isnull=True).exists()
    guardianships = Guardianship.objects.to_act_on(today).filter(child=resident).select_related("guardian")
    guardians = [row.guardian for row in guardianships.order_by("guardian")]
    if electronic(resident) is None and not resident.letters and guardians:
        return [] if restricted else guardians
    mandates = Mandate.objects.on(today).filter(principal=resident, informed=True)
    informed = [] if restricted else [row.delegate for row in mandates.select_related("delegate")]
    return [resident, *informed]


def electronic(person: Resident, channels: Iterable[str] = ELECTRONIC) -> Way | None:
    """The first of the channels by which the person is reached; one that failed is not used again."""
    for channel in channels:
        if not gateway.is_there(channel):
            continue
        if channel == Channel.EMAIL and person.email and person.email_failed_at is None:
            return Way(person, Channel.EMAIL, person.email)
        if channel == Channel.SMS and person.sms and person.sms_failed_at is None:
            return Way(person, Channel.SMS, person.sms)
    return None


def reads_for_themselves(resident_id: int) -> bool:
    """Whether the resident has ever signed in."""
    return User.objects.filter(resident=resident_id, last_login__isnull=False).exists()


def queue(
    way: Way,
    *,
    now: datetime,
    message: Message | None = None,
    matter: Matter | None = None,
    unit: Unit | None = None,
    text: str = "",
    wording: str = Wording.NEWS,
    about_at: datetime | None = None,
    key: str = "",
) -> Notification | None:
    """The row that tells, to be sent when the transaction commits. `unit` prints it, if it is a letter; a
    letter that nobody would print is none. None, too, if the same `key` has been told."""
    if way.channel == Channel.LETTER and unit is None:
        return None
    notification = Notification(
        county_id=way.receiver.county_id,
        message=message,
        matter=matter,
        receiver=way.receiver,
        unit=unit if way.channel == Channel.LETTER else None,
        channel=way.channel,
        wording=wording,
        key=key,
        text=text,
        about_at=about_at,
        addresses=[way.address] if way.address else [],
        language=way.receiver.written_language,
        queued_at=now,
    )
    try:
        with transaction.atomic():
            notification.save()
    except IntegrityError:
        if not key:
            raise
        return None
    jobs.plan(notification)
    return notification


def order(
    text: str, *, key: str, matter: Matter, address: str, language: str, now: datetime
) -> Notification | None:
    """An order to the interpreting service, to be sent when the transaction commits; once for each `key`.
    None if the installation has no gateway for it: then somebody telephones."""
    if not gateway.is_there(Channel.INTERPRETER):
        return None
    notification = Notification.objects.create(
        county_id=matter.county_id,
        matter=matter,
        channel=Channel.INTERPRETER,
        wording=Wording.ORDER,
        key=key,
        text=text,
        addresses=[address],
        language=language,
        queued_at=now,
    )
    jobs.plan(notification)
    return notification


def again(failed: Notification, *, unit: Unit | None, now: datetime) -> Notification | None:
    """The same by the receiver's next way, after one that reached nobody. A reminder comes too late by
    letter, so it has no other way than the electronic ones."""
    if failed.receiver is None:
        return None
    reminds = failed.wording == Wording.REMINDER
    way = electronic(failed.receiver) if reminds else _way_of_news(failed.receiver)
    if way is None or way.channel == failed.channel:
        return None
    return queue(
        way,
        message=failed.message,
        matter=failed.matter,
        unit=unit,
        text=failed.text,
        wording=failed.wording,
        about_at=failed.about_at,
        key=failed.key,
        now=now,
    )


def withdraw(wording: str, keys: Sequence[str]) -> int:
    """What is not needed any more and has not left yet is not sent. Returns how many."""
    waiting = Notification.objects.filter(wording=wording, key__in=keys, state=EmailState.QUEUED)
    return waiting.update(state=EmailState.WITHDRAWN)


def doubt() -> int:
    """After the database has gone back in time: what waited then may have left since, so it is not sent
    again, and staff see that nobody knows. Letters wait on: somebody prints them. Returns how many."""
    waiting = Notification.objects.filter(state__in=(EmailState.QUEUED, EmailState.SENDING))
    return waiting.exclude(channel=Channel.LETTER).update(state=EmailState.UNKNOWN)


def _way_of_news(person: Resident) -> Way | None:
    """A letter for one who wants letters, or whom nothing else reaches and who has never signed in to see."""
    way = None if person.letters else electronic(person)
    if way is not None:
        return way
    if not person.letters and reads_for_themselves(person.pk):
        return None
    has_address = Address.objects.filter(resident=person).exists()
    return Way(person, Channel.LETTER) if has_address else None
