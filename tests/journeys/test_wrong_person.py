"""The nurse notices that the matter is another man's of the same name; the keeper of records finds one woman
twice. On a narrow screen, and without JavaScript."""

from urllib.parse import urlsplit

from tests.journeys.conftest import Visit
from tests.journeys.county import County

NARROW = {"width": 320, "height": 700}


def test_the_matter_goes_to_the_right_man_and_the_officer_judges(visit: Visit, county: County) -> None:
    old, young = _code(county, "matti"), _code(county, "matti-nuori")
    liisa = visit("cast-liisa", viewport=NARROW)
    liisa.open("/desk/new/")
    liisa.page.locator("#id_code").fill(old)
    liisa.click("Hae", role="button")
    liisa.click("Avaa asia", role="link")
    liisa.page.locator("#id_words").fill("Huimaa aamuisin noustessa.")
    liisa.page.locator("#id_service").select_option(label="Terveysaseman vastaanotto")
    liisa.click("Avaa asia", role="button")
    wrong = urlsplit(liisa.page.url).path
    matti = visit("cast-matti")
    matti.open(wrong)
    matti.sees("Huimaa aamuisin noustessa.")

    liisa.click("Korjaa virhe")
    liisa.click("Etsi oikea henkilö")
    liisa.page.locator("#id_code").fill(young)
    liisa.click("Hae", role="button")
    liisa.click("Tämä on oikea henkilö")
    liisa.sees("Mitä tapahtuu")
    liisa.page.locator("#id_reason").fill("Soittaja antoi syntymäaikansa.")
    liisa.click("Siirrä asia")
    right = urlsplit(liisa.page.url).path
    liisa.sees("Huimaa aamuisin noustessa.", "Korjasi Liisa Niemi")
    matti.open(wrong, status=404)
    other = visit("cast-matti-nuori")
    other.open(right)
    other.sees("Huimaa aamuisin noustessa.", "avattu vahingossa toiselle henkilölle")

    tiina = visit("cast-tiina")
    tiina.open("/officer/incidents/")
    tiina.page.locator("main tr a").last.click()
    tiina.page.wait_for_load_state("load")
    tiina.look()
    tiina.sees("Soittaja antoi syntymäaikansa.", "Matti Virtanen", "2016/679")
    tiina.page.get_by_label("Riskiä ei todennäköisesti ole").check()
    tiina.page.locator("#id_words").fill("Yksi katselu, ei arkaluonteista. Kerrottu molemmille.")
    tiina.click("Kirjaa", role="button")
    tiina.sees("Arvioitu")


def test_one_woman_twice_becomes_one_and_two_again_without_javascript(visit: Visit) -> None:
    raili = visit("cast-raili", java_script_enabled=False)
    raili.open("/records/")
    row = raili.page.locator("tr", has_text="Fatima").first
    row.get_by_role("link").click()
    raili.page.wait_for_load_state("load")
    raili.sees("Ovatko nämä sama henkilö?", "Fatima Ali Yusuf", "040 000 9971")
    raili.page.get_by_role("radio").first.check()
    raili.page.locator("#id_reason").fill("Passi nähty.")
    raili.click("Yhdistä tiedot")
    raili.sees("Tiedot on yhdistetty")
    raili.page.get_by_role("link", name="Erota uudelleen").first.click()
    raili.page.locator("#id_reason").fill("Eri ihmiset sittenkin.")
    raili.click("Erota ne")
    raili.sees("Tiedot on erotettu uudelleen")


def _code(county: County, name: str) -> str:
    [(code,)] = county.ask(
        "select r.identity_code from people_resident r join accounts_user u on u.resident_id = r.id "
        f"where u.sub = 'cast-{name}'"
    )
    return str(code)
