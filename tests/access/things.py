"""What each row of docs/access.md is asked about. A new permission adds its maker here and its row there."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from kehra.kernel.accounts.models import Assignment, Choice
from kehra.kernel.accounts.permissions import Acting
from kehra.kernel.accounts.tests.cast import LONG_AGO, NOW, TODAY
from kehra.kernel.people.models import EmergencyAccess, Resident, Restriction
from kehra.kernel.people.permissions import Finding
from kehra.measure.waits.permissions import Waits
from kehra.serve.absences.permissions import Day
from kehra.serve.assessments.models import Assessment, AssessmentPart
from kehra.serve.booking.models.appointments import Appointment, Offer
from kehra.serve.booking.models.times import BookingList
from kehra.serve.contacts.models import CallBack, Contact, Notifier
from kehra.serve.day_lists.permissions import ListOf
from kehra.serve.interpreting.models import InterpreterRequest
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.models.record import Entry
from kehra.serve.retention.permissions import Keeping
from kehra.serve.rights.models import Explanation
from kehra.serve.rights.permissions import Oversight
from kehra.serve.tasks.models import Task
from kehra.serve.tasks.permissions import Consequence
from tests.access.table import rows
from tests.access.world import World

Maker = Callable[[World, str], Any]
MAKERS: dict[str, Maker] = {}


def thing(world: World, row: str, matter: str) -> Any:
    """What the row is asked about in this matter; made once."""
    maker = MAKERS.get(row) or MAKERS[row.split(":")[0]]
    key = (maker.__name__ + row, matter)
    if key not in world.things:
        world.things[key] = maker(world, matter)
    return world.things[key]


def make_things(world: World) -> None:
    """Everything that the table asks about, so that a test's own changes alone are undone after it."""
    for row in rows():
        for matter in world.matters:
            if row in MAKERS or row.split(":")[0] in MAKERS:
                thing(world, row, matter)


def about(*rows: str) -> Callable[[Maker], Maker]:
    """Makes what these rows are asked about."""

    def note(maker: Maker) -> Maker:
        MAKERS.update(dict.fromkeys(rows, maker))
        return maker

    return note


@about("accounts.sign_in", "accounts.sign_out", "accounts.see_roles")
def _user(world: World, matter: str) -> Any:
    return world.user_of("own")


@about("accounts.act_as: themselves")
def _as_themselves(world: World, matter: str) -> Any:
    return Acting(world.cast.users["aino"], Choice())


@about("accounts.act_as: her child")
def _as_guardian(world: World, matter: str) -> Any:
    return Acting(world.cast.users["marja"], Choice(resident_id=world.vili.pk))


@about("accounts.act_as: ended")
def _as_guardian_no_more(world: World, matter: str) -> Any:
    return Acting(world.cast.users["pekka"], Choice(resident_id=world.vili.pk))


@about("accounts.act_as: mandate")
def _by_mandate(world: World, matter: str) -> Any:
    return Acting(world.cast.users["elsa"], Choice(resident_id=world.cast.eero.pk))


@about("accounts.act_as: assignment")
def _in_assignment(world: World, matter: str) -> Any:
    return Acting(world.user_of("ans"), Choice(assignment_id=world.assignments["ans"].pk))  # type: ignore[arg-type]


@about("accounts.act_as: left work")
def _in_assignment_no_more(world: World, matter: str) -> Any:
    left = Assignment.objects.get_or_create(
        professional=world.assignments["ans"].professional,
        unit=world.units["str"],
        role="professional",
        valid_from=LONG_AGO,
        valid_until=TODAY,
    )[0]
    return Acting(world.user_of("ans"), Choice(assignment_id=left.pk))  # type: ignore[arg-type]


@about("people.find")
def _finding(world: World, matter: str) -> Any:
    return Finding("15", (world.resident(matter).pk,))


@about(
    "matters.open",
    "contacts.start",
    "rights.read_log",
    "rights.read_restrictions",
    "rights.ask_why",
    "rights.open_emergency",
    "reach.see_ways",
    "reach.change_ways",
)
def _resident(world: World, matter: str) -> Resident:
    return world.resident(matter)


@about(
    "matters.read",
    "matters.work",
    "matters.answer_for",
    "matters.give",
    "corrections.reassign",
    "records.open_elsewhere",
    "records.tell_who",
    "matters.ask_permit",
    "matters.decide_own",
    "matters.address",
    "booking.choose",
    "booking.book",
    "booking.offer",
    "booking.give_back",
    "contacts.identify",
)
def _matter(world: World, matter: str) -> Matter:
    return world.matters[matter]


@about("matters.address: protected")
def _protected(world: World, matter: str) -> Matter:
    found = Matter.objects.select_related("resident").get(pk=world.matters[matter].pk)
    found.resident.address_protected = True
    return found


@about("matters.answer_handover")
def _handover(world: World, matter: str) -> Any:
    return world.matters[matter].handovers.get()


@about("matters.see_part: health", "corrections.move: health", "records.send", "records.send_again")
def _entry_of_health(world: World, matter: str) -> Entry:
    return _entry(world, matter, "health")


@about("matters.see_part: social")
def _entry_of_social_work(world: World, matter: str) -> Entry:
    return _entry(world, matter, "social")


@about("matters.read: mistaken")
def _mistaken(world: World, matter: str) -> Matter:
    found = Matter.objects.get(pk=world.matters[matter].pk)
    found.mistaken_at = NOW
    return found


@about("matters.see_part: moved", "corrections.move: moved")
def _moved(world: World, matter: str) -> Entry:
    entry = _entry(world, matter, "health")
    entry.moved_at = NOW
    return entry


def _entry(world: World, matter: str, sector: str) -> Entry:
    return Entry.objects.create(
        matter=world.matters[matter], kind="entry", sector=sector, text="Polvi turpoaa.", written_at=NOW
    )


@about("assessments.lead", "assessments.write_own")
def _assessment(world: World, matter: str) -> Assessment:
    found, _new = Assessment.objects.get_or_create(
        matter=world.matters[matter], unit=world.units["ans"], sector="health", defaults={"opened_at": NOW}
    )
    return found


@about("assessments.write", "assessments.withdraw")
def _part(world: World, matter: str) -> AssessmentPart:
    found, _new = AssessmentPart.objects.get_or_create(
        assessment=_assessment(world, matter),
        kind="professional",
        professional=world.assignments["ans"].professional,
        unit=world.units["ans"],
        sector="health",
        defaults={"invited_at": NOW},
    )
    return found


@about("assessments.write: as told")
def _part_as_told(world: World, matter: str) -> AssessmentPart:
    return AssessmentPart.objects.create(
        assessment=_assessment(world, matter),
        kind="own",
        professional=world.assignments["ans"].professional,
        unit=world.units["ans"],
        resident=world.resident(matter),
        sector="health",
        own_words="Haluan päästä marjaan.",
        invited_at=NOW,
        signed_at=NOW,
    )


@about("booking.publish")
def _booking_list(world: World, matter: str) -> BookingList:
    found, _new = BookingList.objects.get_or_create(
        county=world.cast.county,
        professional=world.assignments["ans"].professional,
        unit=world.units["ans"],
        valid_from=LONG_AGO,
    )
    return found


@about("booking.see", "booking.change", "booking.receive", "booking.give")
def _visit(world: World, matter: str) -> Appointment:
    return _appointment(world, matter, "ans")


@about("booking.see: of pno", "booking.change: of pno", "booking.receive: of pno", "booking.give: of pno")
def _visit_to_partner(world: World, matter: str) -> Appointment:
    return _appointment(world, matter, "pno")


@about("booking.see: of end")
def _visit_to_former(world: World, matter: str) -> Appointment:
    return _appointment(world, matter, "end")


def _appointment(world: World, matter: str, column: str) -> Appointment:
    """One for each matter and unit, each at its own time."""
    found = Appointment.objects.filter(matter=world.matters[matter], unit=world.units[column]).first()
    start = NOW + timedelta(days=1, hours=Appointment.objects.count())
    return found or Appointment.objects.create(
        county=world.cast.county,
        matter=world.matters[matter],
        resident=world.resident(matter),
        professional=world.assignments[column].professional,
        unit=world.units[column],
        sector="health",
        manner="on_site",
        period=DateTimeTZRange(start, start + timedelta(minutes=30)),
        state="booked",
        made_by="professional",
        made_at=NOW,
        booked_at=NOW,
        changed_at=NOW,
        uid=uuid4(),
    )


@about("booking.answer", "booking.give_back: an offer")
def _offer(world: World, matter: str) -> Offer:
    """Open, with one time of the worker who took the matter."""
    found = Offer.objects.filter(matter=world.matters[matter]).first()
    return found or _make_offer(world, matter)


def _make_offer(world: World, matter: str) -> Offer:
    offer = Offer.objects.create(
        matter=world.matters[matter],
        professional=world.assignments["ans"].professional,
        unit=world.units["ans"],
        sector="health",
        made_at=NOW,
        answer_by=NOW + timedelta(hours=8),
    )
    Appointment.objects.filter(pk=_appointment(world, matter, "ans").pk).update(offer=offer)
    return offer


@about("contacts.read: own draft", "contacts.write: own draft", "contacts.discard: own draft")
def _own_draft(world: World, matter: str) -> Contact:
    name = "eero" if matter == "adult" else "aino"
    return _contact(world, matter, writer=world.cast.users[name])


@about("contacts.read: draft for her", "contacts.write: draft for her", "contacts.discard: draft for her")
def _draft_for_another(world: World, matter: str) -> Contact:
    return _contact(world, matter, writer=_helper(world, matter))


@about("contacts.read: sent for her")
def _sent_for_another(world: World, matter: str) -> Contact:
    sent = Matter.objects.create(
        county=world.cast.county,
        resident=world.resident(matter),
        service=world.cast.reception,
        unit=world.units["ans"],
        sector="health",
        channel="digital",
        opened_at=NOW,
    )
    sent.refresh_viewers(NOW)
    return _contact(world, matter, writer=_helper(world, matter), matter_sent=sent)


def _helper(world: World, matter: str) -> Any:
    return world.cast.users["elsa" if matter == "adult" else "marja"]


def _contact(world: World, matter: str, matter_sent: Matter | None = None, **more: Any) -> Contact:
    return Contact.objects.create(
        county=world.cast.county,
        resident=world.resident(matter),
        begun_at=NOW,
        matter=matter_sent,
        sent_at=NOW if matter_sent else None,
        **more,
    )


@about("contacts.want_call")
def _received_elsewhere(world: World, matter: str) -> Matter:
    """The contact was received by a worker of a unit that takes no part in the matter."""
    _contact_of(world, matter)
    return world.matters[matter]


def _contact_of(world: World, matter: str) -> Contact:
    found = Contact.objects.filter(matter=world.matters[matter]).first()
    professional = world.assignments["str"].professional
    return found or _contact(world, matter, world.matters[matter], professional=professional)


@about("contacts.notifier")
def _notifier(world: World, matter: str) -> Notifier:
    return Notifier.objects.get_or_create(contact=_contact_of(world, matter), defaults={"name": "Naapuri"})[0]


@about("contacts.notifier: unknown")
def _unknown_notifier(world: World, matter: str) -> Notifier:
    return Notifier(contact=_contact_of(world, matter), name="Naapuri", stays_unknown=True)


@about("contacts.call")
def _call(world: World, matter: str) -> CallBack:
    return CallBack.objects.create(matter=world.matters[matter], phone="050 111 1111", wanted_at=NOW)


@about("rights.restrict: a unit")
def _restriction(world: World, matter: str) -> Restriction:
    return Restriction(resident=world.resident(matter), unit=world.units["str"], made_at=NOW)


@about("rights.restrict: who acts")
def _restriction_of_who_acts(world: World, matter: str) -> Restriction:
    return Restriction(resident=world.resident(matter), from_those_acting_for=True, made_at=NOW)


@about("rights.read_explanation", "rights.explain")
def _explanation(world: World, matter: str) -> Explanation:
    resident = world.resident(matter)
    return Explanation(
        county=world.cast.county, resident=resident, asked_by=resident, text="Miksi?", asked_at=NOW
    )


@about("rights.read_emergency", "rights.review_emergency", "rights.answer_emergency")
def _emergency(world: World, matter: str) -> EmergencyAccess:
    """That of the column eme; it is to the child's data, whichever matter is asked about."""
    return EmergencyAccess.objects.get(professional=world.assignments["eme"].professional)


@about("rights.oversee", "rights.oversee_log")
def _oversight(world: World, matter: str) -> Oversight:
    return Oversight("15", (world.resident(matter).pk,))


@about("retention.read", "retention.approve", "retention.hold", "retention.carry_out")
def _keeping(world: World, matter: str) -> Keeping:
    return Keeping("15", (world.resident(matter).pk,))


@about("tasks.read", "tasks.do")
def _task(world: World, matter: str) -> Task:
    return _waiting(world, matter, "ans", in_matter=True)


@about("tasks.read: of end", "tasks.do: of end", "tasks.give: of end")
def _task_of_former(world: World, matter: str) -> Task:
    return _waiting(world, matter, "end", in_matter=True)


@about("tasks.read: no matter")
def _task_without_matter(world: World, matter: str) -> Task:
    return _waiting(world, matter, "ans", in_matter=False)


@about("tasks.read: officer's", "tasks.do: officer's", "tasks.give: officer's")
def _task_of_officer(world: World, matter: str) -> Task:
    return _waiting(world, matter, "", in_matter=False)


def _waiting(world: World, matter: str, column: str, *, in_matter: bool) -> Task:
    task = Task(
        county=world.cast.county,
        unit=world.units.get(column),
        resident=world.resident(matter),
        matter=world.matters[matter] if in_matter else None,
        kind="matters.new",
        key=str(uuid4()),
        opened_at=NOW,
    )
    task.keep_viewers()
    task.save()
    return task


@about("tasks.give")
def _task_of_worker(world: World, matter: str) -> Task:
    task = _waiting(world, matter, "ans", in_matter=True)
    task.professional = world.assignments["ans"].professional
    task.save()
    return task


@about("day_lists.read", "day_lists.manage", "day_lists.fetch", "day_lists.make", "day_lists.enter")
def _day_list(world: World, matter: str) -> ListOf:
    return ListOf("15", world.units["ans"].pk, (world.resident(matter).pk,))


@about("absences.see", "absences.plan", "absences.arrange")
def _day(world: World, matter: str) -> Day:
    return Day(world.units["ans"], (world.resident(matter).pk,))


@about("interpreting.answer")
def _interpreter(world: World, matter: str) -> InterpreterRequest:
    return InterpreterRequest(appointment=_visit(world, matter), language="ar", asked_at=NOW)


@about("interpreting.answer: of pno")
def _interpreter_of_partner(world: World, matter: str) -> InterpreterRequest:
    return InterpreterRequest(appointment=_visit_to_partner(world, matter), language="ar", asked_at=NOW)


@about("tasks.cause")
def _consequence(world: World, matter: str) -> Consequence:
    return Consequence("15")


@about("waits.read: the unit")
def _waits_of_unit(world: World, matter: str) -> Waits:
    return Waits("15", world.units["ans"].pk)


@about("waits.read: the county")
def _waits_of_county(world: World, matter: str) -> Waits:
    return Waits("15")
