"""Aili is 86 and has neither bank codes nor a computer: her daughter's mandate is recorded from paper, a sign
interpreter comes with the time, and the news goes by post. On a narrow screen, partly by keyboard."""

from tests.journeys.conftest import Visit
from tests.journeys.county import County
from tests.journeys.deeds import go_on, matter_in, press_late_time
from tests.journeys.keyboard import choose, press, tab_to
from tests.journeys.visitor import Visitor

NARROW = {"width": 320, "height": 700}
DAUGHTER = "050564-984H"  # lives in another county


def test_who_has_no_electronic_identity_is_reached_by_letter(visit: Visit, county: County) -> None:
    liisa = visit("cast-liisa", viewport=NARROW)
    _finds_aili(liisa, county)
    liisa.click("Yhteystiedot ja valtuudet")
    liisa.page.locator("#id_interpreter_language").select_option("fse")
    liisa.click("Tallenna", role="button")
    _records_the_mandate(liisa)
    _books_a_time(liisa, county)
    liisa.open("/desk/letters/")
    liisa.sees("Aili Korpela")
    press(liisa, "Tee päivän kirjeet")
    letter = liisa.page.locator("article.kehra-letter", has_text="Aili Korpela")
    for words in ("Mäntytie 4 A 2", "Anneli Korpela", "viittomakieli"):
        assert words in letter.inner_text()
    liisa.click("Kaikki on viety postiin")
    liisa.sees("Kirjeitä ei odota")
    _nothing_is_named(visit(viewport=NARROW))


def _finds_aili(liisa: Visitor, county: County) -> None:
    [(code,)] = county.ask("select identity_code from people_resident where given_names = 'Aili' and letters")
    liisa.open("/desk/new/")
    liisa.page.locator("#id_code").fill(str(code))
    liisa.click("Hae", role="button")


def _records_the_mandate(liisa: Visitor) -> None:
    """By keyboard alone."""
    press(liisa, "Kirjaa paperivaltuus")
    for name, text in (("code", DAUGHTER), ("given_names", "Anneli"), ("family_name", "Korpela")):
        tab_to(liisa, name=name)
        liisa.page.keyboard.type(text)
    choose(liisa, "identified_by", "Passi tai henkilökortti nähty")
    tab_to(liisa, name="evidence")
    liisa.page.keyboard.type("Nähty, terveysaseman arkisto, kansio 12.")
    press(liisa, "Kirjaa valtuus")
    liisa.sees("Valtuus kirjattiin", "Anneli Korpela")


def _books_a_time(liisa: Visitor, county: County) -> None:
    """For a new need, told by telephone."""
    _finds_aili(liisa, county)
    liisa.click("Avaa asia", role="link")
    liisa.page.locator("#id_words").fill("Korva on tukossa.")
    liisa.page.locator("#id_service").select_option(label="Terveysaseman vastaanotto")
    liisa.click("Avaa asia", role="button")
    liisa.open(f"/matters/{matter_in(liisa.page.url)}/times/")
    press_late_time(liisa, 2)
    go_on(liisa)
    liisa.sees("Tulkki, suomalainen viittomakieli")


def _nothing_is_named(anybody: Visitor) -> None:
    """The worker sends within seconds; what has left names neither her nor what it is about."""
    for _try in range(40):
        anybody.open("/demo/sent/")
        if "viittomakieli" in anybody.page.locator("main").inner_text():
            break
        anybody.page.wait_for_timeout(500)
    anybody.sees("suomalainen viittomakieli", "Viite")
    anybody.sees_not("Aili", "Korpela", "Korva", "Terveysaseman vastaanotto")
