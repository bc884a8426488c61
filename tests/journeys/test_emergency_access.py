"""Whoever opens a stranger's data in an emergency is seen by the resident at once, and checked."""

from urllib.parse import urlsplit

from tests.journeys.conftest import Visit
from tests.journeys.county import County

REASON = "Tajuton potilas ensiavussa, lääkitys selvitettävä heti."


def test_the_resident_sees_it_at_once_and_the_officer_has_a_task(visit: Visit, county: County) -> None:
    eero = visit("cast-eero")
    [(code, matter)] = county.ask(
        "select r.identity_code, min(m.id) from people_resident r "
        "join matters_matter m on m.resident_id = r.id "
        "where r.given_names = 'Eero' and r.family_name = 'Korhonen' group by 1"
    )
    hanna = visit("cast-hanna")
    hanna.open(f"/matters/{matter}/", status=404)
    hanna.open("/desk/emergency/")
    hanna.fill("Henkilötunnus", "010101-123X")
    hanna.click("Etsi", role="button")
    hanna.sees("Tämä ei ole suomalainen henkilötunnus")
    hanna.page.locator("#id_code").fill(str(code))
    hanna.click("Etsi", role="button")
    hanna.page.locator("main textarea").fill(REASON)
    hanna.click("Avaa tiedot")
    hanna.sees("Eero Korhonen", REASON)
    access = urlsplit(hanna.page.url).path
    hanna.open(f"/matters/{matter}/")
    hanna.sees("Eero Korhonen")

    eero.open("/rights/")
    eero.sees("Hätäkatselu", "Hanna Koski", REASON, "Se on auki")
    eero.open("/log/")
    eero.sees("Hanna Koski")

    tiina = visit("cast-tiina")
    tiina.open("/officer/")
    row = tiina.page.locator("tr", has_text="Hanna Koski").first
    assert "Eero Korhonen" in row.inner_text()
    row.locator("a").click()
    tiina.page.wait_for_load_state("load")
    tiina.look()
    tiina.sees(REASON, "Mitä käytettiin sen aikana", "Hanna Koski")

    hanna.open(access)
    hanna.click("En tarvitse tietoja enää")
    hanna.open(f"/matters/{matter}/", status=404)
