"""A matter stays with its unit until another has confirmed it, and comes back unanswered."""

from tests.journeys.conftest import Visit
from tests.journeys.county import County
from tests.journeys.deeds import matter_in, send_need, take_from_desk
from tests.journeys.visitor import Visitor


def test_another_producer_confirms_what_it_is_guided(visit: Visit) -> None:
    marja = visit("cast-marja")
    matter = send_need(marja, "Olkapää jumittaa, tarvitsen harjoitusohjeita.")
    liisa = visit("cast-liisa")
    take_from_desk(liisa, matter)
    liisa.open(f"/matters/{matter}/")
    liisa.fill("Tee kirjaus", "Vain meille: hoitajan oma arvio.")
    liisa.click("Tallenna kirjaus")
    _guide(liisa, matter)
    marja.open(f"/matters/{matter}/")
    marja.sees("Asiaa hoitaa Liisa Niemi, Saarijärven terveysasema")

    tuomas = visit("cast-tuomas")
    tuomas.open(f"/matters/{matter}/")
    tuomas.sees("Yksikköäsi pyydetään ottamaan", "Olkapää jumittaa", "Voisitteko ottaa?")
    tuomas.sees_not("Vain meille: hoitajan oma arvio.")
    tuomas.click("Ota asia: yksikkömme vastaa siitä")
    tuomas.sees("Liikepolku")
    marja.open(f"/matters/{matter}/")
    marja.sees("Liikepolku")


def test_what_is_not_answered_comes_back(visit: Visit, county: County) -> None:
    eero = visit("cast-eero")
    matter = send_need(eero, "Lonkka vaivaa kävellessä.")
    liisa = visit("cast-liisa")
    take_from_desk(liisa, matter)
    _guide(liisa, matter)
    liisa.sees("Toisen yksikön vastausta odotetaan")
    county.change(
        "update matters_handover set answer_by = now() - interval '1 hour' "
        "where matter_id = %s and state = 'offered'",
        matter,
    )
    county.work("matters.expire_handovers")
    liisa.open("/desk/")
    row = liisa.page.locator(f"tr:has(a[href='/matters/{matter}/'])").first
    assert "vastausta odotetaan" not in row.inner_text()
    tuomas = visit("cast-tuomas")
    tuomas.open(f"/matters/{matter}/", status=404)
    eero.open(f"/matters/{matter}/")
    eero.sees("Liisa Niemi, Saarijärven terveysasema")


def test_a_partner_sees_only_what_was_shared(visit: Visit) -> None:
    """Pekka's matter was guided to the private producer in the story of the cast; it shares the need."""
    pekka = visit("cast-pekka")
    # Not a need that another journey has begun to write.
    link = pekka.page.locator("main a[href*='/matters/']", has_text="Fysioterapia").first
    address = link.get_attribute("href") or ""
    matter = matter_in(address)
    riikka = visit("cast-riikka")
    riikka.open(f"/matters/{matter}/", status=404)
    riikka.open("/desk/")
    riikka.sees_not("Pekka")


def _guide(liisa: Visitor, matter: int) -> None:
    liisa.open(f"/matters/{matter}/guide/")
    offering = liisa.page.locator("#id_to option", has_text="Fysioterapia: Liikepolku").first
    liisa.page.locator("#id_to").select_option(value=offering.get_attribute("value"))
    liisa.fill("Viesti vastaanottajalle", "Voisitteko ottaa?")
    liisa.page.locator("main form .govuk-button").last.click()
    liisa.page.wait_for_load_state("load")
    liisa.look()
    assert liisa.page.url.endswith(f"/matters/{matter}/"), liisa.page.locator("main").inner_text()
