"""What else there is to visit: a family whose address is protected and who leaves a canary wherever an
address, a telephone number or a municipality could be shown; and what only pages need."""

from datetime import timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from kehra.kernel.accounts.tests.cast import LONG_AGO, NOW, TODAY
from kehra.kernel.organisations.models import Municipality
from kehra.kernel.people.models import Address, Guardianship, Resident, Restriction
from kehra.library.operating_models.models import LimitRow
from kehra.serve.booking.models.times import FreeTime
from kehra.serve.day_lists.models import Machine
from kehra.serve.interpreting.models import InterpreterRequest
from kehra.serve.matters.models.clock import Clock
from kehra.serve.messages.models import Attachment, AttachmentContent, Message
from kehra.serve.rights.models import Explanation
from tests.access.things import thing
from tests.access.world import World

STREET = "Kanarianpolku 77"
POST_OFFICE = "KANARIALA"
TOWN = "Kanariankunta"
PHONE = "050 7377 421"
CANARIES = (STREET, POST_OFFICE, TOWN, PHONE, PHONE.replace(" ", ""), "Kanarian")


def make_visited(world: World) -> None:
    """Aino's family is protected; Elsa is a guardian who must not find her."""
    _protect(world)
    for name in world.matters:
        _of_matter(world, name)
    free = DateTimeTZRange(NOW + timedelta(days=3), NOW + timedelta(days=3, minutes=30))
    booking_list = thing(world, "booking.publish", "plain")
    booking_list.services.add(world.cast.reception)
    FreeTime.objects.create(
        booking_list=booking_list, professional=booking_list.professional, period=free, manner="on_site"
    )
    Machine.objects.create(unit=world.units["ans"], name="Kanslia", token_hash="0" * 64, registered_at=NOW)


def _protect(world: World) -> None:
    aino = world.cast.aino
    town = Municipality.objects.create(
        code="997",
        names={"fi": TOWN, "sv": TOWN, "en": TOWN},
        county=world.cast.county,
        population=1,
        population_year=2022,
        latitude=62.0,
        longitude=25.0,
        source="test",
        valid_from=LONG_AGO,
    )
    Resident.objects.filter(pk=aino.pk).update(address_protected=True, phone=PHONE, municipality=town)
    aino.refresh_from_db()
    Address.objects.filter(resident=aino).update(street=STREET, post_office=POST_OFFICE)
    Guardianship.objects.create(
        guardian=world.cast.elsa, child=aino, source="VTJ", valid_from=aino.birth_date
    )
    for matter in world.matters.values():
        matter.refresh_from_db()


def _of_matter(world: World, name: str) -> None:
    matter, resident = world.matters[name], world.resident(name)
    worker, unit = world.assignments["ans"].professional, world.units["ans"]
    message = Message.objects.create(
        matter=matter,
        sector="health",
        to_resident=True,
        professional=worker,
        unit=unit,
        text="Hei!",
        sent_at=NOW,
    )
    file = Attachment.objects.create(message=message, name="ohje.txt", content_type="text/plain", size=4)
    AttachmentContent.objects.create(attachment=file, content=b"ohje")
    limit, _new = LimitRow.objects.get_or_create(
        code="contact-14",
        defaults={
            "title": {"fi": "Yhteydenotto"},
            "promise": "contact",
            "event": "contact",
            "length": 14,
            "unit": "day",
            "groups": ["general_medicine"],
            "ground": {"fi": "test"},
            "source": "test",
            "valid_from": LONG_AGO,
        },
    )
    due = TODAY + timedelta(days=14)
    Clock.objects.create(matter=matter, limit=limit, started_on=TODAY, statutory_on=due, promised_on=due)
    InterpreterRequest.objects.create(
        appointment=thing(world, "booking.see", name), language="ar", manner="on_site", asked_at=NOW
    )
    if not resident.restrictions.exists():
        Restriction.objects.create(resident=resident, unit=world.units["cmg"], made_at=NOW)
        Explanation.objects.create(
            county=resident.county,
            resident=resident,
            asked_by=resident,
            text="Miksi?",
            asked_at=NOW,
            due_on=TODAY + timedelta(days=60),
        )
