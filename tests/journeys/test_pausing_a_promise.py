"""A pause moves a promise for a reason that the law knows; the day by law stays in sight, and the resident
reads why."""

from tests.journeys.conftest import Visit
from tests.journeys.deeds import matter_of, send_need, take_from_desk

REASON = "Asukkaan tarpeeseen liittyvä erityinen syy"


def test_a_worker_pauses_and_the_resident_reads_why(visit: Visit) -> None:
    marja = visit("cast-marja")
    matter = send_need(marja, "Rahat eivät riitä vuokraan.", "Aikuissosiaalityö")
    sami = visit("cast-sami")
    take_from_desk(sami, matter)
    sami.open(f"/matters/{matter}/")
    sami.click("Pane tämä lupaus tauolle")
    sami.click("Pane tauolle")
    sami.sees("Tarkista, mitä kirjoitit")
    sami.choose(REASON)
    sami.sees("Sosiaalihuoltolaki 45 §")
    sami.click("Pane tauolle")
    sami.sees("Lupaus on tauolla", f"Nyt tauolla: {REASON}")
    marja.open(f"/matters/{matter}/")
    marja.sees(f"Nyt tauolla: {REASON}")
    sami.click("Lupauksen aika kuluu taas")
    marja.open(f"/matters/{matter}/")
    marja.sees_not("Nyt tauolla")


def test_the_day_by_law_stands_beside_the_moved_one(visit: Visit) -> None:
    """Sari's promise has been paused for two weeks."""
    sari = visit("cast-sari")
    address = sari.page.get_by_role("link", name="Aikuissosiaalityö").last.get_attribute("href")
    sari.open(str(address))
    sari.sees("Lain mukaan päivä on", "se on siirtynyt tauon vuoksi", f"Nyt tauolla: {REASON}")
    assert matter_of(sari)
