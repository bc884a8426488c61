"""Two men of one name, of whom the wrong one got a matter; an entry in the wrong matter; and a woman who is
in the records twice, once by a temporary code."""

from datetime import timedelta

from kehra.kernel.access import actors
from kehra.kernel.access.permissions import require
from kehra.kernel.people import rules
from kehra.kernel.people.models import Resident
from kehra.serve.contacts.actions import reception
from kehra.serve.contacts.actions.reception import Told
from kehra.serve.corrections.actions import likenesses, moving, reassigning
from kehra.serve.matters.actions import work
from kehra.serve.matters.models.matter import Matter, Urgency
from kehra.serve.matters.permissions import READ
from kehra.serve.messages import actions as messages
from kehra.site.region.cast.stage import Stage


def play(stage: Stage) -> None:
    """The keeper's pair last, so that the program finds it as it would at night."""
    right = _wrong_matti(stage)
    _wrong_matter(stage, right)
    _twice(stage)


def _wrong_matti(stage: Stage) -> Matter:
    """Liisa opens it for the older one; he looks at it before she notices."""
    at = stage.ago(1, "10:05")
    words = "Rintaa puristaa portaissa, on jatkunut viikon. Levossa helpottaa."
    told = Told("phone", words, stage.service("reception"), urgency=Urgency.URGENT)
    wrong = stage.tells("matti", told, at, to="liisa")
    liisa = stage.actor("liisa", at)
    wrong = work.take(wrong, by=liisa, now=at + timedelta(minutes=3))
    messages.send(
        wrong,
        "Hei! Tulkaa huomenna laboratorioon sydänfilmiin. Jos kipu pahenee, soittakaa 112.",
        by=liisa,
        now=at + timedelta(minutes=12),
    )
    seen = at + timedelta(minutes=25)
    require(stage.actor("matti", seen), READ, wrong, now=seen)
    noticed = at + timedelta(minutes=50)
    return reassigning.reassign(
        wrong,
        stage.resident("matti-nuori"),
        "Soitin takaisin: soittaja antoi syntymäaikansa, hän on nuorempi Matti Virtanen.",
        by=stage.actor("liisa", noticed),
        now=noticed,
    )


def _wrong_matter(stage: Stage, heart: Matter) -> None:
    """The answer to another need of his is written under the heart, and moved."""
    at = stage.ago(3, "09:10")
    other = stage.writes("matti-nuori", "reception", "Tarvitsen todistuksen ajokorttia varten.", at)
    work.take(other, by=stage.actor("liisa", at), now=at + timedelta(hours=2))
    at = stage.ago(1, "13:20")
    liisa = stage.actor("liisa", at)
    entry = work.write(
        heart, "Ajokorttitodistus: näöntarkastus tehty, lääkärin aika sovitaan.", by=liisa, now=at
    )
    moving.move(
        entry, other, "Kirjoitin todistusasian sydänoireen alle.", by=liisa, now=at + timedelta(minutes=8)
    )


def _twice(stage: Stage) -> None:
    """Fatima came to the emergency clinic without papers; she has been a resident since the spring."""
    born = stage.today.replace(year=stage.today.year - 28, month=4, day=11)
    known = Resident.objects.create(
        county_id="15",
        identity_code=rules.artificial_code(born, 998),
        given_names="Fatima",
        family_name="Yusuf Ali",
        birth_date=born,
        municipality=stage.resident("matti").municipality,
        language="so",
        interpreter_language="so",
        phone="040 000 9971",
    )
    stranger = Resident.objects.create(
        county_id="15", given_names="Fatima Ali", family_name="Yusuf", birth_date=born, language="so"
    )
    stranger.identifiers.create(
        county_id="15", code=rules.artificial_code(born, 996), since=stage.today - timedelta(days=2)
    )
    for resident, words, days in (
        (known, "Raskausneuvonnan jälkeen kysymyksiä lääkkeistä.", 20),
        (stranger, "Kova päänsärky, tuli ilman henkilöpapereita.", 2),
    ):
        at = stage.ago(days, "14:30")
        told = Told("walk_in", words, stage.service("reception"), urgency=Urgency.NON_URGENT)
        reception.open_for(resident, told, by=stage.actor("liisa", at), now=at)
    likenesses.look("15", by=actors.system("15"), now=stage.now)
