"""A mistake is corrected on pages: by the nurse, the keeper of records and the data protection officer."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from kehra.kernel.access import actors
from kehra.kernel.accounts.tests.cast import NOW, Cast, later
from kehra.kernel.people.models import Resident
from kehra.serve.corrections.actions import likenesses, moving, reassigning
from kehra.serve.corrections.models import Incident, Likeness, Merge
from kehra.serve.corrections.tests.situations import (
    make_cousin,
    make_keeper,
    make_unidentified,
    make_user,
    make_wrong_matter,
    sent,
    signed_in,
)
from kehra.serve.matters.actions import work
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.models.record import Entry
from kehra.serve.matters.tests.situations import make_matter
from kehra.serve.messages import actions as messages

WHY = "Soittaja antoi syntymäaikansa."


@pytest.fixture
def liisa(cast: Cast, set_time: Callable[[datetime], None]) -> Client:
    return signed_in(cast, "liisa")


@pytest.fixture
def raili(cast: Cast, set_time: Callable[[datetime], None]) -> Client:
    make_keeper(cast)
    return signed_in(cast, "raili")


@pytest.fixture
def tiina(cast: Cast, set_time: Callable[[datetime], None]) -> Client:
    return signed_in(cast, "tiina")


@pytest.fixture
def cousin(cast: Cast) -> Resident:
    resident = make_cousin(cast)
    make_user(cast, "cousin", resident)
    return resident


def test_a_matter_of_the_wrong_person_is_moved_in_three_steps(
    cast: Cast, liisa: Client, cousin: Resident
) -> None:
    wrong = make_wrong_matter(cast)
    assert f"/matters/{wrong.pk}/correct/" in liisa.get(f"/matters/{wrong.pk}/").text
    assert "/wrong-person/" in liisa.get(f"/matters/{wrong.pk}/correct/").text
    found = liisa.post(f"/matters/{wrong.pk}/wrong-person/", {"code": cousin.identity_code}).text
    path = f"/matters/{wrong.pk}/wrong-person/{cousin.pk}/"
    assert path in found
    assert "What happens" in liisa.get(path).text
    assert liisa.post(path, sent(reason="")).status_code == 422
    once = sent(reason=WHY)
    done = liisa.post(path, once)
    right = Matter.objects.get(resident=cousin)
    assert done.headers["Location"] == f"/matters/{right.pk}/"
    assert liisa.post(path, once).status_code == 404  # the wrong matter is nobody's any more
    assert "Corrected by Liisa Testi" in liisa.get(f"/matters/{right.pk}/").text
    assert liisa.get(f"/matters/{wrong.pk}/").status_code == 404
    assert signed_in(cast, "eero").get(f"/matters/{wrong.pk}/").status_code == 404
    theirs = signed_in(cast, "cousin").get(f"/matters/{right.pk}/")
    assert "opened for another person by mistake" in theirs.text
    assert "Rintaa puristaa" in theirs.text
    assert "Entered afterwards" not in theirs.text  # it was entered at its time, for the wrong person


def test_nobody_is_reached_by_guessing_a_number(cast: Cast, liisa: Client, cousin: Resident) -> None:
    wrong = make_wrong_matter(cast)
    assert liisa.get(f"/matters/{wrong.pk}/wrong-person/{cousin.pk}/").status_code == 404


def test_an_entry_is_moved_to_another_matter_of_the_same_person(cast: Cast, liisa: Client) -> None:
    wrong, right = make_matter(cast), make_matter(cast)
    entry = work.write(wrong, "Selkä kipeä", by=cast.actor("liisa"), now=NOW)
    path = f"/matters/{wrong.pk}/move/entry/{entry.pk}/"
    assert path in liisa.get(f"/matters/{wrong.pk}/correct/").text
    assert "Selkä kipeä" in liisa.get(path).text
    assert 'href="#id_to"' in liisa.post(path, sent(reason=WHY)).text
    assert liisa.post(path, sent(to=right.pk, reason=WHY)).headers["Location"] == f"/matters/{right.pk}/"
    for name in ("liisa", "eero"):
        page = signed_in(cast, name).get(f"/matters/{wrong.pk}/").text
        assert "Selkä kipeä" not in page
        assert "in the wrong matter" in page
        page = signed_in(cast, name).get(f"/matters/{right.pk}/").text
        assert "Selkä kipeä" in page
        assert "moved here from the wrong matter" in page


def test_an_entry_about_another_person_goes_to_theirs(cast: Cast, liisa: Client, cousin: Resident) -> None:
    wrong, right = make_matter(cast), make_matter(cast, cousin)
    entry = work.write(wrong, "Selkä kipeä", by=cast.actor("liisa"), now=NOW)
    path = f"/matters/{wrong.pk}/move/entry/{entry.pk}"
    found = liisa.post(f"{path}/find/", {"code": cousin.identity_code}).text
    assert f"{path}/to/{cousin.pk}/" in found
    assert "officer gets a task" in liisa.get(f"{path}/to/{cousin.pk}/").text
    liisa.post(f"{path}/to/{cousin.pk}/", sent(to=right.pk, reason=WHY))
    assert Entry.objects.get(moved_from=entry).matter == right
    assert Incident.objects.get().about == cousin


def test_what_stood_where_is_shown_to_the_unit_that_corrected_it(
    cast: Cast, liisa: Client, cousin: Resident
) -> None:
    wrong, right = make_matter(cast), make_matter(cast, cousin)
    entry = work.write(wrong, "Selkä kipeä", by=cast.actor("liisa"), now=NOW)
    correction = moving.move(entry, right, WHY, by=cast.actor("liisa"), now=NOW)
    path = f"/corrections/{correction.pk}/"
    assert path in liisa.get(f"/matters/{wrong.pk}/").text
    assert "Selkä kipeä" in liisa.get(path).text
    for name in ("eero", "cousin", "noora", "tiina"):
        assert signed_in(cast, name).get(path).status_code == 404


@pytest.mark.parametrize(
    ("name", "status"), [("noora", 404), ("eero", 403), ("marja", 404), ("mikko", 404), ("tiina", 404)]
)
def test_others_correct_nothing(
    cast: Cast, set_time: Callable[[datetime], None], name: str, status: int
) -> None:
    matter = make_matter(cast)
    entry = work.write(matter, "Selkä", by=cast.actor("liisa"), now=NOW)
    client = signed_in(cast, name)
    for path in ("correct/", "wrong-person/", f"move/entry/{entry.pk}/", f"move/entry/{entry.pk}/find/"):
        assert client.get(f"/matters/{matter.pk}/{path}").status_code == status, path


@pytest.mark.parametrize("path", ["move/entry/999999/", "move/whatever/1/", "wrong-person/999999/"])
def test_what_is_not_there_is_not_found(cast: Cast, liisa: Client, path: str) -> None:
    assert liisa.get(f"/matters/{make_matter(cast).pk}/{path}").status_code == 404


def test_a_code_that_somebody_has_leads_to_the_two_records_side_by_side(cast: Cast, liisa: Client) -> None:
    matter = make_unidentified(cast)
    path = f"/matters/{matter.pk}/identify/"
    given = sent(code=cast.eero.identity_code, given_names="Eero", family_name="Korhonen")
    compare = f"/records/{matter.resident_id}/{cast.eero.pk}/"
    assert liisa.post(path, given).headers["Location"] == compare
    page = liisa.get(compare).text
    assert "Nuori mies, punainen takki" in page
    assert "050 000 0000" not in page  # who helps a stranger is told no more than a search tells
    assert liisa.post(compare, sent(stays=cast.eero.pk, reason="")).status_code == 422
    liisa.post(compare, sent(stays=cast.eero.pk, reason="Kela-kortti nähty."))
    matter.refresh_from_db()
    assert matter.resident == cast.eero


def test_the_keeper_compares_joins_and_separates(cast: Cast, raili: Client) -> None:
    twin = make_cousin(cast, birth_date=cast.eero.birth_date)
    likenesses.look("15", by=actors.system("15"), now=NOW)
    compare = f"/records/{cast.eero.pk}/{twin.pk}/"
    listed = raili.get("/records/").text
    assert compare in listed
    assert "same birth date" in listed
    assert "Kotikatu" in raili.get(compare).text
    assert raili.post(compare, sent(stays=cast.eero.pk, reason=WHY)).headers["Location"] == "/records/"
    made = Merge.objects.get()
    assert compare not in raili.get("/records/").text
    separate = f"/records/separate/{made.pk}/"
    assert separate in raili.get("/records/").text
    assert raili.post(separate, sent(reason="")).status_code == 422
    raili.post(separate, sent(reason="Eri ihmiset."))
    made.refresh_from_db()
    assert made.undone_at == NOW


def test_the_keeper_says_that_they_are_two(cast: Cast, raili: Client) -> None:
    make_cousin(cast, birth_date=cast.eero.birth_date)
    likenesses.look("15", by=actors.system("15"), now=NOW)
    pair = Likeness.objects.get()
    raili.post(f"/records/two-persons/{pair.pk}/")
    assert "Nothing to compare" in raili.get("/records/").text


def test_the_keeper_finds_two_who_are_called_differently(cast: Cast, raili: Client) -> None:
    for person in (cast.eero, cast.marja):
        raili.post("/records/", {"code": person.identity_code})
    page = raili.post("/records/", {"choose": "yes", "pair": [cast.eero.pk]})
    assert page.status_code == 422
    pair = [cast.marja.pk, cast.eero.pk]
    chosen = raili.post("/records/", {"choose": "yes", "pair": pair}).headers["Location"]
    assert chosen in (f"/records/{pair[0]}/{pair[1]}/", f"/records/{pair[1]}/{pair[0]}/")


def test_where_a_protected_person_lives_is_shown_to_nobody_here(cast: Cast, raili: Client) -> None:
    page = raili.get(f"/records/{cast.sari.pk}/{cast.eero.pk}/").text
    assert "protected: not shown" in page
    assert f"Kotikatu {cast.sari.pk}" not in page
    assert "sari@example.org" not in page


@pytest.mark.parametrize("name", ["liisa", "tiina", "mikko", "eero", "pia", "karl"])
def test_others_keep_no_records(cast: Cast, set_time: Callable[[datetime], None], name: str) -> None:
    client = signed_in(cast, name)
    assert client.get("/records/").status_code == 404
    assert client.get(f"/records/{cast.eero.pk}/{cast.marja.pk}/").status_code == 404


def test_the_officer_sees_what_the_wrong_person_saw_and_judges(
    cast: Cast, tiina: Client, cousin: Resident, set_time: Callable[[datetime], None]
) -> None:
    wrong = make_wrong_matter(cast)
    messages.send(wrong, "Tulkaa verikokeeseen.", by=cast.actor("liisa"), now=NOW)
    set_time(later(minutes=30))
    assert signed_in(cast, "eero").get(f"/matters/{wrong.pk}/").status_code == 200
    set_time(later(hours=1))
    reassigning.reassign(wrong, cousin, WHY, by=cast.actor("liisa"), now=later(hours=1))
    incident = Incident.objects.get()
    path = f"/officer/incidents/{incident.pk}/"
    assert path in tiina.get("/officer/incidents/").text
    page = tiina.get(path).text
    for said in ("Eero Korhonen", "see that the matter exists", "stopped before it was sent", "article 33"):
        assert said in page
    assert "verikokeeseen" not in page  # the officer sees rows of the log, never what matters say
    set_time(later(hours=80))
    tiina = signed_in(cast, "tiina")
    assert "Late" in tiina.get(path).text
    assert tiina.post(path, sent(verdict="authority")).status_code == 422
    tiina.post(path, sent(verdict="authority", words="Ilmoitettu 11.3."))
    incident.refresh_from_db()
    assert (incident.verdict, incident.judged_at) == ("authority", later(hours=80))
    assert "Nothing to judge" in tiina.get("/officer/incidents/").text


@pytest.mark.parametrize("name", ["liisa", "eero", "mikko"])
def test_others_see_no_breaches(
    cast: Cast, set_time: Callable[[datetime], None], cousin: Resident, name: str
) -> None:
    reassigning.reassign(make_wrong_matter(cast), cousin, WHY, by=cast.actor("liisa"), now=NOW)
    client = signed_in(cast, name)
    assert client.get("/officer/incidents/").status_code == 404
    assert client.get(f"/officer/incidents/{Incident.objects.get().pk}/").status_code == 404
