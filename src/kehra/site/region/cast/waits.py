"""Those who wait: Eero, whose promise is due on the next working day; Ahmed, to whom the promise was
broken; Sari, at whose wish the promise is paused; Pekka, guided to another producer that has not
answered yet."""

from datetime import date, timedelta

from kehra.kernel.audit.models import make_partitions
from kehra.kernel.time import helsinki, working_days
from kehra.library.operating_models.models import PauseReason
from kehra.serve.contacts.actions import calls, writing
from kehra.serve.contacts.actions.reception import Told
from kehra.serve.matters.actions import clocks, handovers, work
from kehra.serve.matters.models.matter import Channel, Urgency
from kehra.serve.rights.actions import emergencies
from kehra.site.region.cast.stage import Stage

_LONG_AGO, _A_SEASON_AGO = 530, 100  # working days: more than two years, more than ninety days
_ASSESSMENT_STARTS = 7  # working days for those over 75 (Social Welfare Act 36 §): only to find the day


def play(stage: Stage) -> None:
    """One after the other; none knows of the others."""
    _eero(stage)
    _ahmed(stage)
    _sari(stage)
    _pekka(stage)
    _long_ago(stage)


def _eero(stage: Stage) -> None:
    """Told by telephone; called back once in vain. Meanwhile the emergency clinic opened his data."""
    at = stage.ago(_days_before(stage.today), "09:20")
    told = Told(
        channel=Channel.PHONE,
        words="En enää näe laittaa ruokaa, ja kaaduin viime viikolla kylpyhuoneessa. Tarvitsen apua kotiin.",
        service=stage.service("elderly-guidance"),
        urgency=Urgency.NON_URGENT,
        call_phone=stage.resident("eero").phone,
    )
    matter = stage.tells("eero", told, at, to="leena")
    call = matter.call_backs.get()
    at = stage.ago(1, "14:40")
    calls.no_answer(call, by=stage.actor("leena", at), now=at)
    at = stage.ago(3, "21:40")
    reason = "Eero tuotiin kaatumisen jälkeen, lääkitys piti tietää heti."
    emergencies.open_access(stage.resident("eero"), reason, by=stage.somebody("emergency"), now=at)


def _days_before(today: date) -> int:
    """How many working days ago a contact came whose assessment must start on the next working day."""
    return _ASSESSMENT_STARTS - working_days.is_working_day(today)


def _ahmed(stage: Stage) -> None:
    """Came in person with a friend; an interpreter is needed; nobody has taken the matter in time."""
    words = "Tarvitsen apua asuntohakemuksen ja papereiden kanssa. Puhun arabiaa, vähän suomea."
    matter = stage.writes(
        "ahmed", "reception", "Vatsa on kipeä kaksi viikkoa. Tarvitsen tulkin.", stage.ago(4, "09:10")
    )
    at = stage.ago(1, "13:00")
    worker = stage.actor("noora", at)
    matter = work.take(matter, by=worker, now=at)
    work.write(matter, "Tulkki tilattu. Soitto sovittu.", by=worker, now=at + timedelta(minutes=8))
    stage.writes("ahmed", "immigrant-work", words, stage.ago(20, "15:30"))


def _sari(stage: Stage) -> None:
    """Her support begins later, for a reason that lies in her own needs; the day by law stays in sight."""
    words = "Muutin uuteen kotiin turvakiellon kanssa. Tarvitsen apua arjen aloittamiseen."
    matter = stage.writes("sari", "social-work", words, stage.ago(40, "10:05"))
    worker = stage.somebody("social-aanekoski")
    at = stage.ago(39, "09:00")
    matter = work.take(matter, by=worker, now=at)
    work.write(matter, "Keskusteltu. Tuki aloitetaan, kun muutto on valmis.", by=worker, now=at)
    at = stage.ago(10, "11:00")
    today = helsinki.today(at)
    reason = PauseReason.objects.on(today).get(code="client_special_reason")
    for clock in matter.clocks.filter(stopped_on=None).select_related("limit"):
        if reason.holds_for(clock.limit, today):
            clocks.pause(clock, reason, by=worker, now=at)


def _pekka(stage: Stage) -> None:
    """The rehabilitation unit guides him to the private producer in his own town; it has not answered."""
    words = "Selkä kipeytyy työssä. Haluaisin fysioterapeutin ohjeet Saarijärvellä."
    matter = stage.writes("pekka", "physiotherapy", words, stage.ago(5, "16:45"))
    at = stage.ago(2, "10:30")
    worker = stage.somebody("rehab-saarijarvi")
    matter = work.take(matter, by=worker, now=at)
    handovers.offer(
        matter,
        to=stage.offering("physiotherapy", "physio-private"),
        shares=["need"],
        note="Asukas toivoo aikaa Saarijärvellä. Selkäkipu, ei hälyttäviä oireita.",
        by=worker,
        now=at + timedelta(minutes=15),
    )


def _long_ago(stage: Stage) -> None:
    """What the officer finds due: a need of Pekka's that went away years ago, and one that he never sent."""
    at = stage.ago(_LONG_AGO, "10:00")
    for table in ("audit_auditentry", "journal_journalentry"):
        make_partitions(table, at, at)
    matter = stage.writes("pekka", "reception", "Yskää on ollut kaksi viikkoa.", at)
    worker = stage.staff.workers[matter.unit_id][0]
    matter = work.take(matter, by=worker, now=at + timedelta(hours=1))
    work.close(matter, "no_need", by=worker, now=at + timedelta(hours=2))
    at = stage.ago(_A_SEASON_AGO, "19:30")
    writing.begin(
        stage.resident("pekka"),
        words="Olkapää on jäykkä aamuisin.",
        service=stage.service("physiotherapy"),
        by=stage.as_resident("pekka", at),
        now=at,
    )
