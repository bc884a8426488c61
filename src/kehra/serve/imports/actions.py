"""The county starts with the queues and bookings that it has: all lines of the files, or none."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import NotPossible, require
from kehra.kernel.catalogue.models import Service
from kehra.kernel.organisations.models import County, Unit
from kehra.kernel.people.models import Professional, Resident
from kehra.kernel.people.rules import birth_date_of
from kehra.kernel.time import helsinki
from kehra.serve.booking import signals as booking
from kehra.serve.booking.models.appointments import Appointment, State
from kehra.serve.imports.models import Imported
from kehra.serve.imports.permissions import BRING
from kehra.serve.imports.rules.lines import Booked, Queued, Wrong
from kehra.serve.matters.actions import opening
from kehra.serve.matters.actions.telling import answer_promises, tell, tell_promises
from kehra.serve.matters.models.clock import Clock
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.rules import BY_JUDGING_URGENCY

MOST_WRONG = 200
Progress = Callable[[int, int], None]


class NothingImported(Exception):
    """Some lines are wrong, and nothing was saved. `wrong` says which and what to do."""

    def __init__(self, wrong: list[Wrong]) -> None:
        super().__init__(f"{len(wrong)} lines are wrong")
        self.wrong = wrong


@transaction.atomic
def bring(
    county: County,
    queued: tuple[str, list[Queued]],
    booked: tuple[str, list[Booked]],
    *,
    by: Actor,
    now: datetime,
    progress: Progress = lambda _done, _total: None,
) -> tuple[int, int]:
    """Makes a matter of each queue's line and an appointment of each booking's, with their own dates; `by` is
    the program, and quiet: to the residents it is no news. The files' names stand before their lines, for
    what is said of them. Lines that were brought before are left. Returns how many of each were made; raises
    NothingImported, and then nothing was."""
    matters = 0
    appointments = 0
    wrong: list[Wrong] = []
    total = len(queued[1]) + len(booked[1])
    for done, (file, line) in enumerate(_all(queued, booked), start=1):
        try:
            with transaction.atomic():
                if isinstance(line, Queued):
                    matters += bring_matter(county, line, by=by, now=now)
                else:
                    appointments += bring_booking(county, line, by=by, now=now)
        except NotPossible as reason:
            wrong.append(Wrong(file, line.line, "", str(reason)))
            if len(wrong) >= MOST_WRONG:
                break
        progress(done, total)
    if wrong:
        raise NothingImported(wrong)
    return matters, appointments


@transaction.atomic
def bring_matter(county: County, line: Queued, *, by: Actor, now: datetime) -> bool:
    """One line of a queue; whether a matter was made of it. Raises NotPossible in words for the line."""
    if _known(county, "queue", line.id).exists():
        return False
    service = Service.objects.on(helsinki.today(now)).filter(county=county, code=line.service).first()
    if service is None:
        raise NotPossible(_("The county has no service with this code. Check the column service."))
    resident = _resident(county, line)
    require(by, BRING, resident, now=now)
    matter = opening.begin(
        resident,
        service,
        unit=_unit(county, line.unit, now),
        channel=line.channel,
        need=line.need,
        urgency=line.urgency,
        by=by,
        now=now,
        happened_at=line.contacted_at,
    )
    if line.assessed_at is not None:
        _judge(matter, line.assessed_at, by=by, now=now)
    Imported.objects.create(county=county, kind="queue", source_id=line.id, matter=matter, imported_at=now)
    return True


@transaction.atomic
def bring_booking(county: County, line: Booked, *, by: Actor, now: datetime) -> bool:
    """One line of bookings; whether an appointment was made of it. Raises NotPossible in words for it."""
    if _known(county, "booking", line.id).exists():
        return False
    origin = _known(county, "queue", line.queue_id).select_related("matter__resident").first()
    if origin is None:
        raise NotPossible(_("No queue has this id. Bring the queue along too, or check the column queue_id."))
    matter = origin.matter
    require(by, BRING, matter, now=now)
    appointment = Appointment(
        county=county,
        matter=matter,
        resident=matter.resident,
        professional=_professional(county, line.professional),
        unit=matter.unit,
        site=matter.unit.site if line.manner == "on_site" else None,
        sector=matter.unit.sector,
        manner=line.manner,
        period=DateTimeTZRange(line.starts_at, line.ends_at),
        state=State.BOOKED,
        made_by=by.kind,
        made_at=line.booked_at,
        changed_at=now,
        booked_at=line.booked_at,
    )
    appointment.place(by_resident=False)
    tell(booking.BOOKED, matter, by=by, now=now, about=appointment, **appointment.coded())
    Imported.objects.create(
        county=county,
        kind="booking",
        source_id=line.id,
        matter=matter,
        appointment=appointment,
        imported_at=now,
    )
    return True


def _all(
    queued: tuple[str, list[Queued]], booked: tuple[str, list[Booked]]
) -> Iterable[tuple[str, Queued | Booked]]:
    """Queues first: bookings hang on them."""
    for line in queued[1]:
        yield queued[0], line
    for each in booked[1]:
        yield booked[0], each


def _judge(matter: Matter, assessed_at: datetime, *, by: Actor, now: datetime) -> None:
    """The need was assessed in the earlier system, by whoever did it there."""
    answer_promises(matter, BY_JUDGING_URGENCY, by=by, now=now, happened_at=assessed_at)
    begun = Clock.objects.start_for(matter, "assessed", now=assessed_at)
    tell_promises(begun, by=by, now=now, happened_at=assessed_at)


def _resident(county: County, line: Queued) -> Resident:
    """The resident with this code, locked; made of the line if they are not in the records yet."""
    found = Resident.objects.with_code(line.code, county.pk).first()
    if found is None:
        if not line.given_names or not line.family_name:
            raise NotPossible(_("Nobody here has this identity code. Give given_names and family_name."))
        found = Resident.objects.create(
            county=county,
            identity_code=line.code,
            given_names=line.given_names,
            family_name=line.family_name,
            birth_date=birth_date_of(line.code),
            language=line.language,
        )
    return Resident.objects.select_for_update().get(pk=found.pk)


def _unit(county: County, name: str, now: datetime) -> Unit:
    """By its OID, or by its Finnish name if one unit alone has it."""
    units = Unit.objects.on(helsinki.today(now)).filter(county=county)
    found = list(units.filter(oid=name)[:2]) or list(units.filter(names__fi=name)[:2])
    if len(found) != 1:
        raise NotPossible(_("No unit, or more than one, has this name. Write its OID in the column unit."))
    return found[0]


def _professional(county: County, number: str) -> Professional:
    found = Professional.objects.filter(county=county, register_number=number).first()
    if found is None:
        raise NotPossible(_("No professional here has this register number. Check the column professional."))
    return found


def _known(county: County, kind: str, source_id: str) -> QuerySet[Imported]:
    return Imported.objects.filter(county=county, kind=kind, source_id=source_id)
