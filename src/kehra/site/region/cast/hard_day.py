"""Anna, a nurse of the health station, has fourteen visits on one day, and messages and matters that wait for
her. Mikko, who manages it, can mark her as away and share all of it out. She does not sign in."""

from datetime import date, datetime, time, timedelta

from kehra.kernel.access import actors
from kehra.kernel.access.actors import Actor
from kehra.kernel.accounts.models import Assignment, User
from kehra.kernel.people.models import Professional, Resident
from kehra.kernel.time import helsinki, working_days
from kehra.serve.booking.actions import booking, publishing, visiting
from kehra.serve.booking.models.times import BookingList, FreeTime, Manner
from kehra.serve.contacts.actions import reception
from kehra.serve.contacts.actions.reception import Told
from kehra.serve.matters.actions import work
from kehra.serve.matters.models.matter import Channel, Matter, Urgency
from kehra.serve.messages import actions as messages
from kehra.site.region.cast.stage import Stage
from kehra.site.region.people.residents import UNUSABLE
from kehra.site.region.people.staff import SINCE, actor_of

STATION = "station-saarijarvi"
_HALF_HOUR = timedelta(minutes=30)
_WORK = [time(8), time(8, 30), time(9), time(9, 30), time(10), time(10, 30), time(11), time(12), time(12, 30)]
_WORK += [time(13), time(13, 30), time(14), time(14, 30), time(15)]
_NEEDS = [
    "Haavan hoito ja sidosten vaihto.",
    "Verenpaine on ollut korkea.",
    "Korva on tukossa.",
    "Rokotus ennen matkaa.",
    "Ompeleiden poisto.",
    "Huimausta aamuisin.",
    "Ihottuma ei parane.",
]
_WHO_HAS_FREE = {0: _WORK[:6], 1: [*_WORK[2:5], *_WORK[8:11]], 2: _WORK[9:13]}


def play(stage: Stage) -> None:
    """The day is today until eight, else the next working day."""
    anna, residents = _anna(stage), _residents(stage)
    colleagues = _colleagues(stage, anna)
    _met(stage, colleagues[0], residents[:3])
    day = _day(stage.now)
    times = _publish(stage, anna, [helsinki.at(day, wall) for wall in _WORK])
    for number, (resident, free) in enumerate(zip(residents, times, strict=False)):
        at = stage.ago(4, "09:00") + number * timedelta(minutes=20)
        matter = _matter(stage, anna, resident, number, at)
        booking.book(matter, free, by=anna, now=at + timedelta(minutes=5))
        if number % 4 == 1:
            _writes(matter, resident, stage.ago(1, "15:10") + number * timedelta(minutes=1))
    for number, walls in _WHO_HAS_FREE.items():
        _publish(stage, colleagues[number % len(colleagues)], [helsinki.at(day, wall) for wall in walls])
    for number, resident in enumerate(residents):
        if number % 5:  # the others have no e-mail: they are called
            resident.email = f"vastaanotto-{number}@asukas.example"
            resident.save(update_fields=["email"])


def _day(now: datetime) -> date:
    today = helsinki.today(now)
    morning = working_days.is_working_day(today) and now < helsinki.at(today, time(8))
    return today if morning else working_days.add_working_days(today, 1)


def _anna(stage: Stage) -> Actor:
    unit = stage.unit(STATION)
    professional = Professional.objects.create(
        county_id=unit.county_id,
        given_names="Anna",
        family_name="Lehto",
        profession="nurse",
        register_number="98000001",
    )
    user = User.objects.create(sub="worker-hard-day-anna", professional=professional, password=UNUSABLE)
    assignment = Assignment.objects.create(
        professional=professional, unit=unit, role="professional", valid_from=SINCE
    )
    return actor_of(assignment, user)


def _colleagues(stage: Stage, anna: Actor) -> list[Actor]:
    """The nurses of the station, Liisa first; the last of them speaks Swedish."""
    nurses = [one for one in stage.staff.workers[stage.unit(STATION).pk] if one.profession == "nurse"]
    speaks = nurses[-1].professional_id or 0
    Professional.objects.filter(pk=speaks).update(languages=["sv"])
    return [one for one in nurses if one.professional_id != anna.professional_id]


def _residents(stage: Stage) -> list[Resident]:
    """Grown-ups of the town who are not of the cast; one of them speaks Swedish."""
    cast = [resident.pk for resident in stage.cast.residents.values()]
    grown = Resident.objects.filter(
        municipality__sites__units=stage.unit(STATION),
        birth_date__year__lt=stage.today.year - 19,
        address_protected=False,
    )
    found = list(grown.exclude(pk__in=cast).order_by("pk")[: len(_WORK)])
    if found:
        found[-1].language = "sv"
        found[-1].save(update_fields=["language"])
    return found


def _matter(stage: Stage, by: Actor, resident: Resident, number: int, at: datetime) -> Matter:
    told = Told(
        channel=Channel.PHONE,
        words=_NEEDS[number % len(_NEEDS)],
        service=stage.service("reception"),
        urgency=Urgency.URGENT if number % 6 == 5 else Urgency.NON_URGENT,
    )
    contact = reception.open_for(resident, told, by=by, now=at)
    if contact.matter is None:
        raise ValueError("What is told to a worker is a matter.")
    matter = contact.matter
    return matter if matter.responsible_id == by.professional_id else work.take(matter, by=by, now=at)


def _writes(matter: Matter, resident: Resident, at: datetime) -> None:
    by = Actor(
        kind="resident",
        name=resident.name,
        county_id=resident.county_id,
        resident_id=resident.pk,
        own_resident_id=resident.pk,
        holders=frozenset({actors.resident_holder(resident.pk)}),
    )
    messages.send(matter, "Hei! Otanko aamun lääkkeet ennen käyntiä?", by=by, now=at)


def _met(stage: Stage, liisa: Actor, residents: list[Resident]) -> None:
    """Liisa has met some of them in spring."""
    for number, resident in enumerate(residents):
        at = stage.ago(40, "09:00") + number * timedelta(hours=1)
        matter = _matter(stage, liisa, resident, number, at - timedelta(days=4))
        [free] = _publish(stage, liisa, [at], published=at - timedelta(days=5))
        visit = booking.book(matter, free, by=liisa, now=at - timedelta(days=3))
        visiting.mark_done(visit, by=liisa, now=at + _HALF_HOUR)
        work.close(matter, "solved", by=liisa, now=at + _HALF_HOUR)


def _publish(
    stage: Stage, by: Actor, starts: list[datetime], *, published: datetime | None = None
) -> list[FreeTime]:
    """Times that the unit books itself, where the worker has none yet."""
    unit = stage.unit(STATION)
    booking_list, _made = BookingList.objects.get_or_create(
        county_id=unit.county_id,
        professional_id=by.professional_id or 0,
        unit=unit,
        site=unit.site,
        defaults={"valid_from": SINCE},
    )
    booking_list.services.add(stage.service("reception"))
    own = FreeTime.objects.filter(professional=by.professional_id or 0)
    free = [start for start in starts if not own.filter(period__overlap=(start, start + _HALF_HOUR)).exists()]
    if not free:
        return []
    return publishing.publish_times(
        booking_list,
        free,
        length=_HALF_HOUR,
        manner=Manner.ON_SITE,
        bookable_by_resident=False,
        by=by,
        now=published or stage.ago(6, "08:00"),
    )
