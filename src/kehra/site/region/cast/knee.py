"""Marja's knee: assessed by a nurse, a time with the doctor next week. Beside it two matters of the past
year that went well."""

from datetime import datetime, timedelta

from kehra.kernel.access.actors import Actor
from kehra.kernel.time import helsinki
from kehra.serve.assessments import actions as assessing
from kehra.serve.assessments.models import AssessmentPart
from kehra.serve.booking.actions import booking, publishing
from kehra.serve.booking.models.times import BookingList, FreeTime, Manner
from kehra.serve.matters.actions import work
from kehra.serve.matters.models.matter import Matter, Urgency
from kehra.serve.messages import actions as messages
from kehra.site.region.cast.stage import Stage


def play(stage: Stage) -> None:
    """The knee last, so that it is on top."""
    _closed(
        stage, 190, "oral-care", "Hampaasta lohkesi pala.", "Paikattu. Ei jatkohoitoa.", "oral-saarijarvi"
    )
    _knee(stage)


def _knee(stage: Stage) -> None:
    words = "Polvi on ollut kipeä kolme viikkoa. Portaissa sattuu eniten, ja yöllä herään kipuun."
    matter = stage.writes("marja", "reception", words, stage.ago(6, "08:40"))
    at = stage.ago(6, "10:15")
    liisa = stage.actor("liisa", at)
    matter = work.take(matter, by=liisa, now=at)
    _assess_together(stage, matter, at)
    text = "Soitettu Marjalle. Hän varaa itse ajan Ollille."
    work.write(matter, text, by=liisa, now=at + timedelta(minutes=55))
    messages.send(
        matter,
        "Hei Marja! Voit varata itsellesi ajan lääkärille. Ota särkylääkettä tarvittaessa, kuten puhuimme.",
        by=liisa,
        now=at + timedelta(minutes=58),
    )
    evening = stage.ago(5, "19:05")
    marja = stage.actor("marja", evening)
    messages.mark_read(matter, by=marja, now=evening)
    messages.send(matter, "Kiitos! Voinko käydä sillä välin uimassa?", by=marja, now=evening)
    at = stage.ago(4, "08:30")
    answer = "Kyllä voit, uinti sopii polvelle hyvin."
    messages.send(matter, answer, by=stage.actor("liisa", at), now=at)
    times = publish(stage, "olli", ["reception", "chronic-care"])
    at = stage.ago(3, "20:10")
    booking.book(matter, times[2], by=stage.actor("marja", at), now=at)


def _assess_together(stage: Stage, matter: Matter, at: datetime) -> None:
    """The nurse and the doctor each sign their part; what Marja says of herself is a part too."""
    liisa, olli = stage.actor("liisa", at), stage.actor("olli", at)
    assessment = assessing.begin(matter, by=liisa, now=at + timedelta(minutes=2))
    assessing.write_own(
        assessment,
        own_words="Haluan päästä taas portaat ja metsään Ainon kanssa.",
        strengths="Uin ja hoidan puutarhaa. Sisko auttaa arjessa.",
        matters_to_me="Että saan nukkua yöni.",
        by=liisa,
        now=at + timedelta(minutes=10),
    )
    invited = assessing.invite(
        assessment, stage.cast.assignments["olli"], by=liisa, now=at + timedelta(minutes=12)
    )
    mine = assessment.parts.unsigned().get(professional=stage.worker("liisa"))
    texts = {
        "situation": "Kipu kolme viikkoa, kuormituksessa ja öisin. Ei turvotusta, ei vammaa. Liikkuu hyvin.",
        "need": "Kipu haittaa arkea ja unta. Lääkärin tutkimus tarpeen, ei kiireellinen.",
        "proposal": "Aika lääkärille kahden viikon sisällä. Kotiharjoitteet aloitettu.",
    }
    _sign(mine, texts, liisa, at + timedelta(minutes=20))
    texts = {
        "situation": "Luettu hoitajan arvio. Viittaa nivelrikon alkuun tai rasitukseen.",
        "need": "Polven tutkimus vastaanotolla, tarvittaessa kuvaus.",
        "proposal": "Kuvausta ei tarvita ennen vastaanottoa.",
    }
    _sign(invited, texts, olli, at + timedelta(minutes=45))
    assessing.complete(
        assessment, need_found=True, urgency=Urgency.NON_URGENT, by=liisa, now=at + timedelta(minutes=50)
    )


def _sign(part: AssessmentPart, texts: dict[str, str], by: Actor, now: datetime) -> None:
    assessing.write_part(part, **texts, by=by, now=now)
    assessing.sign_part(part, by=by, now=now)


def publish(stage: Stage, name: str, services: list[str]) -> list[FreeTime]:
    """Somebody of the cast publishes forenoons of the coming weeks, beginning three working days on."""
    assignment = stage.cast.assignments[name]
    booking_list = BookingList.objects.create(
        county_id=assignment.unit.county_id,
        professional=assignment.professional,
        unit=assignment.unit,
        site=assignment.unit.site,
        valid_from=helsinki.today(stage.ago(30, "08:00")),
    )
    booking_list.services.set([stage.service(code, assignment.unit.county_id) for code in services])
    at = stage.ago(5, "08:05")
    by = stage.actor(name, at)
    half_hour = timedelta(minutes=30)
    return [
        time
        for day in range(3, 13)
        for time in publishing.publish_times(
            booking_list,
            [stage.ahead(day, "09:00") + number * half_hour for number in range(5)],
            length=half_hour,
            manner=Manner.ON_SITE,
            by=by,
            now=at,
        )
    ]


def _closed(stage: Stage, days: int, service: str, need: str, entry: str, unit: str) -> None:
    """A matter that somebody of the unit dealt with and closed within a week."""
    matter = stage.writes("marja", service, need, stage.ago(days, "12:20"))
    at = stage.ago(days - 4, "09:30")
    worker = stage.somebody(unit)
    matter = work.take(matter, by=worker, now=at)
    work.write(matter, entry, by=worker, now=at + timedelta(minutes=25))
    work.close(matter, "solved", by=worker, now=at + timedelta(minutes=30))
