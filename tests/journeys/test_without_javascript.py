"""Everything works where scripts do not run."""

from tests.journeys.conftest import Visit
from tests.journeys.deeds import go_on, press_late_time, send_need, take_from_desk


def test_a_need_is_sent_taken_and_booked_without_scripts(visit: Visit) -> None:
    eero = visit("cast-eero", java_script_enabled=False)
    matter = send_need(eero, "Lääkkeet loppuvat ensi viikolla.")
    liisa = visit("cast-liisa", java_script_enabled=False)
    take_from_desk(liisa, matter)
    liisa.open(f"/matters/{matter}/")
    liisa.sees("Liisa Niemi", "Lääkkeet loppuvat ensi viikolla.")
    liisa.open(f"/matters/{matter}/messages/")
    liisa.page.locator("#id_text").fill("Uusin reseptin tänään.")
    liisa.click("Lähetä viesti")
    eero.open(f"/matters/{matter}/messages/")
    eero.sees("Uusin reseptin tänään.")
    eero.open(f"/matters/{matter}/times/")
    press_late_time(eero, 9)
    go_on(eero)
    eero.sees("Aika on varattu")
    eero.click("Peru aika")
    go_on(eero)
    eero.sees("Aika peruttiin")
