"""Those whom a screen does not reach: Aili, 86, who gets letters and whose daughter acts for her by a paper
mandate; Abdi, who speaks Somali; Timo, who signs, and for whose time no interpreter was found."""

from datetime import date, datetime

from kehra.kernel.people.models import Address, Resident
from kehra.kernel.people.rules import artificial_code
from kehra.kernel.time import helsinki
from kehra.serve.booking.actions import booking
from kehra.serve.booking.models.appointments import Appointment, not_taken
from kehra.serve.booking.models.times import FreeTime
from kehra.serve.contacts.actions import reception
from kehra.serve.contacts.actions.reception import Told
from kehra.serve.interpreting import actions as interpreting
from kehra.serve.matters.actions import work
from kehra.serve.matters.models.matter import Channel, Matter, Urgency
from kehra.serve.messages import actions as messages
from kehra.serve.messages.models import Channel as Way
from kehra.serve.messages.models import EmailState, Notification
from kehra.serve.reach.actions import mandates, ways
from kehra.serve.reach.actions.mandates import Delegate, Given
from kehra.serve.reach.actions.ways import Ways
from kehra.site.region.cast.stage import Stage

_CODE = 988  # even, as women's are; of the artificial range, below those of the cast


def play(stage: Stage) -> None:
    """After Marja's knee, for which the doctor has published times."""
    _aili(stage)
    _abdi(stage)
    _timo(stage)


def withdraw_letters() -> None:
    """Those to whom an address has been given read of the past in the service, and not by letter."""
    waiting = Notification.objects.filter(channel=Way.LETTER, state=EmailState.QUEUED)
    waiting.exclude(receiver__email="").filter(receiver__letters=False).update(state=EmailState.WITHDRAWN)


def _aili(stage: Stage) -> None:
    """She has neither bank codes nor a computer, so she is nobody to sign in as."""
    aili = _resident(stage)
    at = stage.ago(4, "10:05")
    words = "Jalat turpoavat iltaisin ja hengästyn portaissa. Tytär auttoi soittamaan."
    matter = _told_by_telephone(stage, aili, words, at)
    at = stage.ago(3, "13:10")
    liisa = stage.actor("liisa", at)
    given = Given(
        start=helsinki.today(at),
        until=None,
        evidence="Alkuperäinen nähty, terveysaseman arkisto, kansio 12.",
        identified_by="document",
        informed=True,
    )
    mandates.record(aili, Delegate(str(stage.resident("maija").identity_code)), given, by=liisa, now=at)
    at = stage.ago(1, "09:20")
    _book(stage, matter, at)
    text = (
        "Hei Aili! Varasin sinulle ajan lääkärille. Ota mukaan lääkelista.\n"
        "Jos hengitys käy raskaaksi levossa, soita 112."
    )
    messages.send(matter, text, by=stage.actor("liisa", at), now=at)


def _abdi(stage: Stage) -> None:
    abdi = stage.resident("abdi")
    at = stage.ago(3, "09:00")
    reached = Ways(phone=abdi.phone, sms="040 000 9921", interpreter_language="so", contact_language="fi")
    ways.change(abdi, reached, by=stage.actor("liisa", at), now=at)
    words = "Pojan yskä on mennyt ohi, nyt oma kurkku on kipeä kolmatta viikkoa. Tarvitsen tulkin."
    visit = _book(stage, _told_by_telephone(stage, abdi, words, at), stage.ago(2, "11:00"))
    at = stage.ago(1, "08:15")
    interpreting.answer(visit.interpreter, found=True, by=stage.actor("liisa", at), now=at)


def _timo(stage: Stage) -> None:
    words = "Selkä jumissa. Käytän viittomakieltä."
    matter = stage.writes("timo", "reception", words, stage.ago(3, "20:40"))
    at = stage.ago(2, "08:50")
    matter = work.take(matter, by=stage.actor("liisa", at), now=at)
    visit = _book(stage, matter, stage.ago(2, "09:00"))
    at = stage.ago(1, "14:30")
    interpreting.answer(visit.interpreter, found=False, by=stage.actor("liisa", at), now=at)


def _resident(stage: Stage) -> Resident:
    municipality = stage.places.municipalities["729"]
    born = date(stage.today.year - 87, 11, 3)
    aili = Resident.objects.create(
        county_id=municipality.county_id,
        identity_code=artificial_code(born, _CODE),
        given_names="Aili",
        family_name="Korpela",
        birth_date=born,
        municipality=municipality,
        phone="014 000 9923",
        letters=True,
        wishes="Isot kirjaimet. Kuulee huonosti puhelimessa.",
    )
    Address.objects.create(
        resident=aili, street="Mäntytie 4 A 2", postcode="43100", post_office=str(municipality)
    )
    return aili


def _told_by_telephone(stage: Stage, resident: Resident, words: str, at: datetime) -> Matter:
    told = Told(
        channel=Channel.PHONE,
        words=words,
        service=stage.service("reception"),
        urgency=Urgency.NON_URGENT,
    )
    liisa = stage.actor("liisa", at)
    contact = reception.open_for(resident, told, by=liisa, now=at)
    if contact.matter is None:
        raise ValueError("A contact that has been told has a matter.")
    return work.take(contact.matter, by=liisa, now=at)


def _book(stage: Stage, matter: Matter, at: datetime) -> Appointment:
    """The doctor's next free time, booked by the nurse."""
    free = FreeTime.objects.choosable(matter, by_resident=False, now=at)
    times = not_taken(free.filter(professional=stage.worker("olli")), at).order_by("period")
    return booking.book(matter, times[0], by=stage.actor("liisa", at), now=at)
