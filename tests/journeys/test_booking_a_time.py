"""A resident chooses a time, moves it and cancels it; one that another took meanwhile is told at once."""

from tests.journeys.conftest import Visit
from tests.journeys.deeds import go_on, send_need, take_from_desk
from tests.journeys.visitor import Visitor


def test_a_time_that_was_taken_meanwhile_is_told_and_another_is_chosen(visit: Visit) -> None:
    eero, marja, liisa = visit("cast-eero"), visit("cast-marja"), visit("cast-liisa")
    matters = {}
    for resident in (eero, marja):
        matters[resident.page] = send_need(resident, "Haluan lääkärin vastaanotolle.")
        take_from_desk(liisa, matters[resident.page])
        resident.open(f"/matters/{matters[resident.page]}/times/")
    time = eero.page.locator("main button[name=time]").nth(6)
    wanted = time.get_attribute("value")
    _choose(marja, f"main button[value='{wanted}']")
    _choose(eero, f"main button[value='{wanted}']")
    eero.sees("Joku ehti juuri ottaa tämän ajan")
    go_on(marja)
    marja.sees("Aika on varattu")
    _choose(eero, "main button[name=time] >> nth=7")
    eero.sees("Onko tämä oikein?")
    go_on(eero)
    eero.sees("Aika on varattu")
    _moves_and_cancels(eero, matters[eero.page])
    _cancels(marja, matters[marja.page])


def _moves_and_cancels(eero: Visitor, matter: int) -> None:
    eero.open(f"/matters/{matter}/times/")
    eero.sees("Sinulla on jo aika tässä asiassa")
    eero.click("Katso, siirrä tai peru se")
    with eero.page.expect_download() as download:
        eero.page.get_by_role("link", name="Lisää kalenteriisi").click()
    assert download.value.suggested_filename.endswith(".ics")
    eero.click("Siirrä aika")
    _choose(eero, "main button[name=time] >> nth=8")
    eero.sees("Onko tämä uusi aika?")
    go_on(eero)
    eero.sees("Aika siirrettiin")
    _cancels(eero, matter)


def _cancels(resident: Visitor, matter: int) -> None:
    resident.open(f"/matters/{matter}/times/")
    resident.click("Katso, siirrä tai peru se")
    resident.click("Peru aika")
    resident.sees("Perutaanko tämä aika?")
    go_on(resident)
    resident.sees("Aika peruttiin")


def _choose(visitor: Visitor, button: str) -> None:
    visitor.page.locator(button).first.click()
    visitor.page.wait_for_load_state("load")
    visitor.look()
