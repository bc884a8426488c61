"""One matter from the resident's first words to its end, from both sides of the desk."""

from tests.journeys.conftest import Visit
from tests.journeys.county import County
from tests.journeys.deeds import go_on, picture_file, send_need, take_from_desk
from tests.journeys.visitor import Visitor

WORDS = "Polvi on kipeä ja turvonnut, kävely on vaikeaa."
ROWS = "li.kehra-list__item:has(strong:text-is('Liisa Niemi'))"


def test_a_need_is_promised_cared_for_and_closed_and_the_log_says_who_looked(
    visit: Visit, county: County
) -> None:
    marja = visit("cast-marja")
    matter = send_need(marja, WORDS)
    _is_promised(marja, matter)
    told_before = _rows_of_liisa(marja, county)

    liisa = visit("cast-liisa")
    take_from_desk(liisa, matter)
    _is_written_about(liisa, matter)
    _asks(liisa, matter)
    _answers_with_a_picture(marja, matter)
    _reads_the_picture(liisa, matter)
    _books(liisa, matter)
    _moves_the_time(marja, matter, county)
    _is_visited(liisa, matter, county)
    _closes(liisa, matter)

    marja.open(f"/matters/{matter}/")
    marja.sees("Päätty", "Saarijärven terveysasema")
    assert marja.page.locator("main textarea").count() == 0, "a closed matter takes no more words"
    assert _rows_of_liisa(marja, county) > told_before


def _is_promised(marja: Visitor, matter: int) -> None:
    marja.sees("Tarpeesi on lähetetty", "Mitä sinulle on luvattu", "viimeistään", "116 117", "112")
    marja.click("Millä perusteella?")
    marja.sees("Terveydenhuoltolaki 51 §")
    marja.open(f"/matters/{matter}/")
    marja.sees(WORDS, "Saarijärven terveysasema", "Luvattu viimeistään")


def _is_written_about(liisa: Visitor, matter: int) -> None:
    liisa.open(f"/matters/{matter}/")
    liisa.sees(WORDS, "Marja Laine", "Liisa Niemi")
    liisa.fill("Tee kirjaus", "Soitettu. Polvi turvonnut, ei kuumetta.")
    liisa.click("Tallenna kirjaus")
    liisa.sees("Polvi turvonnut, ei kuumetta.")


def _asks(liisa: Visitor, matter: int) -> None:
    liisa.open(f"/matters/{matter}/messages/")
    liisa.fill("Viesti", "Voitko lähettää kuvan polvesta?")
    liisa.click("Lähetä viesti")
    liisa.sees("Voitko lähettää kuvan polvesta?")


def _answers_with_a_picture(marja: Visitor, matter: int) -> None:
    marja.open("/")
    marja.sees("uutta viestiä")
    marja.open(f"/matters/{matter}/messages/")
    marja.sees("Voitko lähettää kuvan polvesta?")
    marja.fill("Viesti", "Tässä kuva.")
    marja.page.locator("main input[type=file]").set_input_files(picture_file("polvi.png"))
    marja.click("Lähetä viesti")
    marja.sees("Tässä kuva.", "polvi.png")


def _reads_the_picture(liisa: Visitor, matter: int) -> None:
    liisa.open(f"/matters/{matter}/messages/")
    with liisa.page.expect_download() as download:
        liisa.page.get_by_role("link", name="polvi.png").click()
    assert download.value.suggested_filename == "polvi.png"


def _books(liisa: Visitor, matter: int) -> None:
    liisa.open(f"/matters/{matter}/offer/")
    liisa.page.locator("fieldset:has-text('Olli Salo') input[name=times]").last.check()
    liisa.click("Varaa valittu aika asukkaalle")
    liisa.open(f"/matters/{matter}/")
    liisa.sees("Olli Salo")


def _moves_the_time(marja: Visitor, matter: int, county: County) -> None:
    [(booked,)] = county.ask("select id from booking_appointment where matter_id = %s", matter)
    marja.open("/appointments/")
    marja.page.locator(f"main a[href='/appointments/{booked}/']").click()
    marja.page.wait_for_load_state("load")
    marja.look()
    before = marja.page.locator("h1").inner_text()
    marja.click("Siirrä aika")
    marja.page.locator("main button[name=time]", has_text="Olli Salo").last.click()
    marja.page.wait_for_load_state("load")
    marja.look()
    marja.sees("Onko tämä uusi aika?")
    go_on(marja)
    marja.open("/appointments/")
    marja.sees_not(before)


def _is_visited(liisa: Visitor, matter: int, county: County) -> None:
    """The day of the visit comes; the unit notes that it took place."""
    county.change(
        "update booking_appointment set period = tstzrange(now() - interval '31 minutes', now() "
        "- interval '1 minute') where matter_id = %s and state = 'booked'",
        matter,
    )
    liisa.open("/desk/appointments/")
    row = liisa.page.locator("tr:has-text('Marja Laine')").filter(has=liisa.page.locator("[value=done]"))
    row.locator("[value=done]").first.click()
    liisa.page.wait_for_load_state("load")
    liisa.look()
    liisa.sees("Käynti toteutui")


def _closes(liisa: Visitor, matter: int) -> None:
    liisa.open(f"/matters/{matter}/close/")
    liisa.choose("Asia hoidettiin")
    liisa.click("Päätä asia")
    liisa.open(f"/matters/{matter}/")
    liisa.sees("Päätetty")


def _rows_of_liisa(marja: Visitor, county: County) -> int:
    """What the log tells of one nurse; it is exactly what was written when she looked."""
    [(written,)] = county.ask(
        "select count(*) from audit_auditentry, people_resident r where actor_name = 'Liisa Niemi' "
        "and r.id = any(residents) and r.given_names = 'Marja' and r.family_name = 'Laine'"
    )
    # Of her unit only: reading the log is a row of one's own, which would move the pages.
    [(unit,)] = county.ask(
        "select id from organisations_unit where names->>'fi' = 'Saarijärven terveysasema'"
    )
    marja.open(f"/log/?unit={unit}")
    told = marja.page.locator(ROWS).count()
    while (following := marja.page.locator("a[rel=next]")).count():
        following.click()
        marja.page.wait_for_load_state("load")
        told += marja.page.locator(ROWS).count()
    assert told == written
    return told
