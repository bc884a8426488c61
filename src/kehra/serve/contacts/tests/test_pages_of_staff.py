"""Staff find a resident, open a matter, identify, and call back: on pages."""

from uuid import uuid4

import pytest
from django.test import Client

from kehra.kernel.accounts.tests.cast import NOW, Cast
from kehra.kernel.audit.models import AuditEntry
from kehra.serve.contacts.actions import calls
from kehra.serve.contacts.models import CallBack, Notifier
from kehra.serve.contacts.tests.situations import make_sent
from kehra.serve.contacts.tests.test_pages_of_the_flow import signed_in
from kehra.serve.contacts.tests.test_staff_open_a_matter import make_call, make_unidentified
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.tests.situations import make_matter


@pytest.fixture
def liisa(cast: Cast) -> Client:
    return signed_in(cast, "liisa")


def told(cast: Cast, **changes: object) -> dict[str, object]:
    said = {
        "once": uuid4(),
        "channel": "phone",
        "words": "Polvi on kipeä.",
        "service": cast.reception.pk,
        "urgency": 3,
    }
    return {**said, **changes}


def test_a_caller_is_found_and_has_a_matter_in_two_pages(cast: Cast, liisa: Client) -> None:
    page = liisa.post("/desk/new/", {"code": str(cast.eero.identity_code).lower()}).text
    assert f'href="/desk/new/{cast.eero.pk}/"' in page
    once = uuid4()
    for _time in range(2):
        response = liisa.post(f"/desk/new/{cast.eero.pk}/", told(cast, once=once))
        matter = Matter.objects.get()
        assert response.headers["Location"] == f"/matters/{matter.pk}/"
    assert "Polvi on kipeä." in liisa.get(response.headers["Location"]).text


def test_a_protected_address_does_not_tell_even_the_municipality(cast: Cast, liisa: Client) -> None:
    page = liisa.post("/desk/new/", {"code": cast.sari.identity_code}).text
    assert "Sari Virta" in page
    assert "Saarijärvi" not in page
    assert "Saarijärvi" not in liisa.get(f"/desk/new/{cast.sari.pk}/").text


def test_nobody_is_opened_by_guessing_a_number(cast: Cast, liisa: Client) -> None:
    assert liisa.get(f"/desk/new/{cast.eero.pk}/").status_code == 404
    assert liisa.post(f"/desk/new/{cast.eero.pk}/", told(cast)).status_code == 404
    assert not Matter.objects.exists()


def test_a_search_that_finds_nobody_says_so_and_is_in_the_log(cast: Cast, liisa: Client) -> None:
    response = liisa.post("/desk/new/", {"name": "Eero Korhonen", "born": "1.12.1945"})
    assert "/desk/new/unidentified/" in response.text
    assert "kehra-empty" in response.text
    assert AuditEntry.objects.filter(action="people.find").latest("id").residents == []


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"code": "010101-123X"}, "id_code"),
        ({"code": "x" * 500}, "id_code"),
        ({}, "id_code"),
        ({"name": "Korhonen"}, "id_born"),
        ({"born": "30.11.1945"}, "id_name"),
        ({"name": "Korhonen", "born": "31.2.1945"}, "id_born"),
        ({"name": "Korhonen", "born": "1.1.2999"}, "id_born"),
    ],
)
def test_a_wrong_search_is_told_at_its_field(liisa: Client, sent: dict[str, str], field: str) -> None:
    response = liisa.post("/desk/new/", sent)
    assert response.status_code == 422
    assert f'href="#{field}"' in response.text


def test_an_unidentified_person_is_opened_by_description_and_identified(cast: Cast, liisa: Client) -> None:
    response = liisa.post("/desk/new/unidentified/", told(cast, description="Nuori mies, punainen takki"))
    matter = Matter.objects.get()
    assert f'href="/matters/{matter.pk}/identify/"' in liisa.get(response.headers["Location"]).text
    path = f"/matters/{matter.pk}/identify/"
    wrong = liisa.post(path, {"code": "311280-900C", "given_names": "Ville", "family_name": "Aalto"})
    assert wrong.status_code == 422
    assert 'href="#id_code"' in wrong.text
    right = {"once": uuid4(), "code": " 311280-900b", "given_names": "Ville", "family_name": "Aalto"}
    assert liisa.post(path, right).headers["Location"] == f"/matters/{matter.pk}/"
    matter.refresh_from_db()
    assert matter.resident.name == "Ville Aalto"


def test_a_notice_keeps_the_one_who_gave_it_apart(cast: Cast, liisa: Client) -> None:
    liisa.post("/desk/new/", {"code": cast.aino.identity_code})
    notice = {"channel": "notice", "notifier_name": "Naapuri Niilo", "stays_unknown": "on"}
    path = liisa.post(f"/desk/new/{cast.aino.pk}/", told(cast, **notice)).headers["Location"]
    assert Notifier.objects.get().stays_unknown
    assert "Naapuri Niilo" in liisa.get(path).text
    marja = signed_in(cast, "marja", acting_for=cast.aino).get(path)
    assert marja.status_code == 200
    assert "Naapuri Niilo" not in marja.text


def test_what_another_unit_serves_goes_there(cast: Cast, liisa: Client) -> None:
    liisa.post("/desk/new/", {"code": cast.eero.identity_code})
    response = liisa.post(f"/desk/new/{cast.eero.pk}/", told(cast, service=cast.social_work.pk), follow=True)
    assert Matter.objects.get().unit == cast.social
    assert "Aikuissosiaalityö" in response.text


@pytest.mark.parametrize("path", ["/desk/new/", "/desk/new/unidentified/"])
@pytest.mark.parametrize("name", ["eero", "pia", "mikko", "tiina"])
def test_others_find_no_such_pages(cast: Cast, name: str, path: str) -> None:
    assert signed_in(cast, name).get(path).status_code == 404


def test_the_call_list_shows_who_waits_and_notes_each_try(cast: Cast, liisa: Client) -> None:
    call = calls.want(make_matter(cast), "040 111 2222", by=cast.actor("eero"), now=NOW)
    assert "040 111 2222" in liisa.get("/desk/call-backs/").text
    once = uuid4()
    for _time in range(2):
        liisa.post(f"/desk/call-backs/{call.pk}/no-answer/", {"once": once})
    assert CallBack.objects.get().tries == 1
    liisa.post(f"/desk/call-backs/{call.pk}/done/", {"once": uuid4()})
    assert "040 111 2222" not in liisa.get("/desk/call-backs/").text


def test_another_unit_sees_and_makes_no_calls_of_this_one(cast: Cast) -> None:
    call = calls.want(make_matter(cast), "040 111 2222", by=cast.actor("eero"), now=NOW)
    noora = signed_in(cast, "noora")
    assert "040 111 2222" not in noora.get("/desk/call-backs/").text
    assert noora.post(f"/desk/call-backs/{call.pk}/done/", {"once": uuid4()}).status_code == 404
    assert noora.post("/desk/call-backs/999999/done/").status_code == 404


def test_a_resident_asks_for_a_call_about_a_matter(cast: Cast) -> None:
    matter = make_matter(cast)
    eero = signed_in(cast, "eero")
    assert eero.post(f"/matters/{matter.pk}/call/", {"phone": "soita!"}).status_code == 422
    eero.post(f"/matters/{matter.pk}/call/", {"once": uuid4(), "phone": "040 111 2222"})
    assert CallBack.objects.get(matter=matter).phone == "040 111 2222"
    assert signed_in(cast, "elsa").get(f"/matters/{matter.pk}/call/").status_code == 404


def test_the_unit_sees_why_and_what_was_missing(cast: Cast, liisa: Client) -> None:
    decided = make_sent(cast).matter
    undecided = make_sent(cast, severity=["little"]).matter
    assert decided is not None
    assert undecided is not None
    assert "urgency" in liisa.get(f"/matters/{decided.pk}/").text
    page = liisa.get(f"/matters/{undecided.pk}/").text
    assert "Vaikea hengittää" in page


def test_who_is_not_of_the_unit_identifies_nobody(cast: Cast) -> None:
    matter = make_unidentified(cast).matter
    assert matter is not None
    assert signed_in(cast, "noora").get(f"/matters/{matter.pk}/identify/").status_code == 404
    known = make_call(cast).matter
    assert known is not None
    assert signed_in(cast, "eero").get(f"/matters/{known.pk}/identify/").status_code == 403


def test_a_partner_that_only_takes_part_does_not_see_the_number_to_call(cast: Cast, liisa: Client) -> None:
    matter = make_matter(cast)
    matter.participations.create(unit=cast.parish, right="part", shares=["message"], started_at=NOW)
    calls.want(matter, "044 555 0101", by=cast.actor("eero"), now=NOW)
    assert "044 555 0101" in liisa.get(f"/matters/{matter.pk}/").text
    seen = signed_in(cast, "pia").get(f"/matters/{matter.pk}/")
    assert (seen.status_code, "044 555 0101" in seen.text) == (200, False)
