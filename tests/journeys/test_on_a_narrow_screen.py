"""On a screen of 320 px nothing is cut off and nothing scrolls sideways."""

from tests.journeys.conftest import Visit
from tests.journeys.deeds import send_need, take_from_desk

NARROW = {"width": 320, "height": 640}


def test_resident_and_nurse_manage_on_a_narrow_screen(visit: Visit) -> None:
    marja = visit("cast-marja", viewport=NARROW)
    matter = send_need(marja, "Korva on tukossa ja kuulo heikkenee.")
    liisa = visit("cast-liisa", viewport=NARROW)
    take_from_desk(liisa, matter)
    for path in (
        "/",
        f"/matters/{matter}/",
        f"/matters/{matter}/messages/",
        f"/matters/{matter}/times/",
        "/appointments/",
        "/messages/",
        "/rights/",
        "/log/",
    ):
        marja.open(path)
    for path in (
        f"/matters/{matter}/",
        f"/matters/{matter}/offer/",
        f"/matters/{matter}/guide/",
        f"/matters/{matter}/assessment/",
        f"/matters/{matter}/close/",
        "/desk/new/",
        "/desk/call-backs/",
        "/desk/appointments/",
        "/desk/times/",
    ):
        liisa.open(path)


def test_manager_and_officer_manage_on_a_narrow_screen(visit: Visit) -> None:
    mikko = visit("cast-mikko", viewport=NARROW)
    mikko.open("/waits/")
    tiina = visit("cast-tiina", viewport=NARROW)
    tiina.open("/officer/")
