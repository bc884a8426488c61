"""A resident chooses a time, moves it and cancels it; one that another took meanwhile is told at once."""

from tests.journeys.conftest import Visit
from tests.journeys.deeds import go_on, press_late_time, send_need, take_from_desk
from tests.journeys.visitor import Visitor


def test_a_time_that_was_taken_meanwhile_is_told_and_another_is_chosen(visit: Visit) -> None:
    eero, marja, liisa = visit("cast-eero"), visit("cast-marja"), visit("cast-liisa")
    matters = {}
    for resident in (eero, marja):
        matters[resident.page] = send_need(resident, "Haluan lääkärin vastaanotolle.")
        take_from_desk(liisa, matters[resident.page])
        resident.open(f"/matters/{matters[resident.page]}/times/")
    wanted = press_late_time(marja, 6)
    eero.page.locator(f"main button[value='{wanted}']").click()
    eero.page.wait_for_load_state("load")
    eero.look()
    eero.sees("Joku ehti juuri ottaa tämän ajan")
    go_on(marja)
    marja.sees("Aika on varattu")
    press_late_time(eero, 7)
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
    press_late_time(eero, 8)
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
