"""Two professions assess together; between health and social care only what the resident has let show."""

from tests.journeys.conftest import Visit
from tests.journeys.deeds import send_need, take_from_desk
from tests.journeys.visitor import Visitor

NURSE = "Verenpaine koholla, uni katkeilee."
DOCTOR = "Ei hälyttävää, seuranta kuukauden päästä."
SECRET = "Salainen kirjaus vain terveydenhuollolle."


def test_each_profession_signs_its_part_and_the_permit_decides_who_reads(visit: Visit) -> None:
    marja = visit("cast-marja")
    matter = send_need(marja, "Olen uupunut ja rahat ovat lopussa.")
    liisa = visit("cast-liisa")
    take_from_desk(liisa, matter)
    liisa.open(f"/matters/{matter}/")
    liisa.fill("Tee kirjaus", SECRET)
    liisa.click("Tallenna kirjaus")
    _assess(liisa, visit("cast-olli"), matter)
    _tells_own_part(marja, matter)
    _guide_to_social_work(liisa, matter)

    sami = visit("cast-sami")
    sami.open(f"/matters/{matter}/")
    sami.click("Ota asia: yksikkömme vastaa siitä")
    sami.open(f"/matters/{matter}/")
    sami.sees("luovutuslupa")
    sami.sees_not(SECRET, NURSE, DOCTOR)

    sami.click("Pyydä asukkaalta")
    marja.open(f"/matters/{matter}/")
    marja.click("Lue ja päätä")
    for box in marja.page.locator("main input[type=checkbox]").all():
        box.uncheck()
    marja.click("Annan luvan")
    marja.sees("Tarkista, mitä kirjoitit")
    marja.choose("Tarpeesi arviointi")
    marja.click("Annan luvan")
    sami.open(f"/matters/{matter}/assessment/")
    sami.sees(NURSE, DOCTOR)
    sami.open(f"/matters/{matter}/")
    sami.sees_not(SECRET)

    marja.open(f"/matters/{matter}/permit/")
    marja.click("Peru koko lupa")
    for path in (f"/matters/{matter}/", f"/matters/{matter}/assessment/"):
        sami.open(path)
        sami.sees_not(SECRET, NURSE, DOCTOR)


def _assess(liisa: Visitor, olli: Visitor, matter: int) -> None:
    liisa.open(f"/matters/{matter}/assessment/")
    liisa.click("Aloita")
    liisa.open(f"/matters/{matter}/assessment/")
    liisa.click("Pyydä työtoveri mukaan")
    colleague = liisa.page.locator("main option, main .govuk-radios__item").filter(has_text="Olli Salo").first
    if liisa.page.locator("main select").count():
        liisa.page.locator("main select").select_option(value=colleague.get_attribute("value"))
    else:
        colleague.locator("input").check()
    liisa.click("Pyydä", exact=True)
    for professional, text in ((liisa, NURSE), (olli, DOCTOR)):
        _sign(professional, matter, text)
    liisa.open(f"/matters/{matter}/assessment/")
    liisa.sees(NURSE, DOCTOR, "Allekirjoitettu")


def _sign(professional: Visitor, matter: int, text: str) -> None:
    professional.open(f"/matters/{matter}/assessment/")
    professional.click("Kirjoita osuutesi")
    professional.click("Jatka allekirjoitukseen")
    professional.sees("Tarkista, mitä kirjoitit")
    for field in professional.page.locator("main textarea").all():
        field.fill(text)
    professional.click("Jatka allekirjoitukseen")
    professional.sees("Allekirjoitatko tämän?", text)
    professional.click("Allekirjoita osuutesi")
    professional.sees(text)


def _tells_own_part(marja: Visitor, matter: int) -> None:
    marja.open(f"/matters/{matter}/assessment/")
    marja.sees(NURSE, DOCTOR)
    marja.click("Kirjoita oma osuutesi")
    marja.page.locator("main textarea").first.fill("Jaksan lasten kanssa, öisin valvon.")
    marja.page.locator("main form .govuk-button").first.click()
    marja.page.wait_for_load_state("load")
    marja.sees("Jaksan lasten kanssa, öisin valvon.")


def _guide_to_social_work(liisa: Visitor, matter: int) -> None:
    liisa.open(f"/matters/{matter}/guide/")
    offering = liisa.page.locator("#id_to option", has_text="Saarijärven aikuissosiaalityö").first
    liisa.page.locator("#id_to").select_option(value=offering.get_attribute("value"))
    liisa.page.locator("main form .govuk-button").last.click()
    liisa.page.wait_for_load_state("load")
    assert liisa.page.url.endswith(f"/matters/{matter}/"), liisa.page.locator("main").inner_text()
