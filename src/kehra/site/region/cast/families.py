"""Aino's tempers, for which the family centre asks to see what health care has written; Ville's low mood;
Elsa in Swedish; and a nurse who is a resident too."""

from datetime import timedelta

from kehra.serve.assessments import actions as assessing
from kehra.serve.matters.actions import permits, work
from kehra.serve.matters.models.matter import Urgency
from kehra.serve.messages import actions as messages
from kehra.site.region.cast.knee import publish
from kehra.site.region.cast.stage import Stage


def play(stage: Stage) -> None:
    """One after the other; none knows of the others."""
    _aino(stage)
    _ville(stage)
    _noora(stage)


def _aino(stage: Stage) -> None:
    words = "Aino saa kotona rajuja kiukkukohtauksia ja nukkuu huonosti eron jälkeen. Toivomme neuvoja."
    matter = stage.writes("marja", "family-counselling", words, stage.ago(8, "20:15"), acting_for="aino")
    at = stage.ago(7, "09:45")
    worker = stage.somebody("family-saarijarvi")
    matter = work.take(matter, by=worker, now=at)
    text = "Soitettu äidille. Aino pitää piirtämisestä ja koirista, päiväkodissa sujuu. Sovittu tapaaminen."
    work.write(matter, text, by=worker, now=at + timedelta(minutes=20))
    at = stage.ago(2, "13:30")
    permits.ask(matter, "health", by=worker, now=at)


def _ville(stage: Stage) -> None:
    words = "Mieli on ollut matala koko syksyn. En jaksa lähteä koululle enkä nähdä kavereita."
    matter = stage.writes("ville", "mental-health-young", words, stage.ago(7, "11:50"))
    at = stage.ago(7, "14:20")
    hanna = stage.actor("hanna", at)
    matter = work.take(matter, by=hanna, now=at)
    assessment = assessing.begin(matter, by=hanna, now=at + timedelta(minutes=2))
    part = assessing.write_part(
        assessment.parts.unsigned().get(),
        situation="Mieli matala syyskuusta, uni katkonaista. Ei itsetuhoisia ajatuksia. Sisko on tukena.",
        need="Masennusoireiden arvio ja keskusteluhoito.",
        proposal="Käynti kahden viikon sisällä. Jos olo pahenee, yhteys heti.",
        by=hanna,
        now=at + timedelta(minutes=20),
    )
    now = at + timedelta(minutes=25)
    assessing.sign_part(part, by=hanna, now=now)
    assessing.complete(assessment, need_found=True, urgency=Urgency.NON_URGENT, by=hanna, now=now)
    publish(stage, "hanna", ["mental-health-young", "short-therapy"])
    words = "Hei Ville! Varaa itsellesi sopiva aika. Jos olo pahenee, soita 116 117, hädässä 112."
    messages.send(matter, words, by=hanna, now=at + timedelta(minutes=30))


def _noora(stage: Stage) -> None:
    """Her own matter at the health station where she works: a colleague has it."""
    at = stage.ago(3, "18:00")
    matter = stage.writes("noora", "reception", "Olkapää ei nouse ylös asti.", at)
    at = stage.ago(2, "09:15")
    colleague = stage.somebody("station-jyvaskyla", but="noora")
    work.take(matter, by=colleague, now=at)


def play_in_swedish(stage: Stage) -> None:
    """Elsa and Karl, in Kokkola."""
    words = "Jag har haft ont i halsen i tre veckor och rösten är hes."
    matter = stage.writes("elsa", "reception", words, stage.ago(2, "09:30"), county="18")
    at = stage.ago(2, "11:00")
    karl = stage.actor("karl", at)
    matter = work.take(matter, by=karl, now=at)
    work.write(matter, "Ringde. Ingen feber. Röstvila, uppföljning om en vecka.", by=karl, now=at)
    messages.send(matter, "Hej Elsa! Vila rösten och hör av dig om det blir värre.", by=karl, now=at)
    publish(stage, "karl", ["reception"])
