"""An entry goes to the system that holds its record: once, by itself, and with its corrections."""

import json
from typing import Any

import pytest
from django.test import Client

from kehra.kernel.access.permissions import Refused
from kehra.kernel.accounts.tests.cast import NOW, Cast, signed_in
from kehra.kernel.audit.models import AuditEntry
from kehra.kernel.people.models import Resident
from kehra.serve.matters.actions import work
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.models.record import Entry
from kehra.serve.matters.tests.situations import make_matter, make_taken_matter
from kehra.serve.records import actions, jobs
from kehra.serve.records.models import Sending, SendingState
from kehra.serve.records.permissions import SEND_AGAIN
from kehra.serve.records.signals import REFUSED
from kehra.serve.records.tests.beside import SECRET, Beside
from kehra.serve.tasks.models import Task

pytestmark = pytest.mark.usefixtures("set_time")

NOTE = "Polvi <b>turvoksissa</b>.\nKuvataan."


def write(
    cast: Cast, matter: Matter, text: str = "Polvi <b>turvoksissa</b>.\nKuvataan.", **more: Any
) -> Entry:
    return work.write(matter, text, by=cast.actor("liisa"), now=NOW, **more)


def sent(beside: Beside) -> list[dict[str, Any]]:
    return [json.loads(body) for _path, _authorization, body in beside.taken]


def part(document: dict[str, Any], kind: str) -> dict[str, Any]:
    found: dict[str, Any] = next(
        entry["resource"] for entry in document["entry"] if entry["resource"]["resourceType"] == kind
    )
    return found


def test_an_entry_is_sent_as_a_document_to_a_place_of_its_own(cast: Cast, beside: Beside) -> None:
    write(cast, make_taken_matter(cast))
    sending = Sending.objects.get()
    jobs.send(str(sending.pk))
    ((path, authorization, _body),) = beside.taken
    assert (path, authorization) == (f"/fhir/Bundle/{sending.pk}", f"Bearer {SECRET}")
    (document,) = sent(beside)
    assert document["type"] == "document"
    assert document["entry"][0]["resource"]["resourceType"] == "Composition"
    assert part(document, "Patient")["identifier"][0]["value"] == cast.eero.identity_code
    assert "&lt;b&gt;turvoksissa" in part(document, "Composition")["section"][0]["text"]["div"]
    sending.refresh_from_db()
    assert sending.state == SendingState.TAKEN


def test_every_reference_in_the_document_is_to_a_part_of_it(cast: Cast, beside: Beside) -> None:
    write(cast, make_taken_matter(cast))
    jobs.send(str(Sending.objects.get().pk))
    (document,) = sent(beside)
    places = {entry["fullUrl"] for entry in document["entry"]}
    assert len(places) == len(document["entry"])
    assert set(_references(document)) <= places


def _references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["reference"]] if "reference" in value else []
        return own + [found for each in value.values() for found in _references(each)]
    return [found for each in value for found in _references(each)] if isinstance(value, list) else []


def test_a_correction_replaces_what_it_corrects(cast: Cast, beside: Beside) -> None:
    matter = make_taken_matter(cast)
    first = write(cast, matter)
    second = write(cast, matter, "Oikea polvi.", supersedes=first)
    for entry in (first, second):
        jobs.send(str(entry.sendings.get().pk))
    composition = part(sent(beside)[1], "Composition")
    assert composition["status"] == "amended"
    assert composition["relatesTo"][0]["targetIdentifier"]["value"] == first.sendings.get().pk.urn


def test_a_protected_person_is_marked_and_no_address_is_sent(cast: Cast, beside: Beside) -> None:
    write(cast, make_taken_matter(cast, cast.sari))
    jobs.send(str(Sending.objects.get().pk))
    (document,) = sent(beside)
    assert part(document, "Patient")["meta"]["security"][0]["code"] == "TURVAKIELTO"
    assert "address" not in json.dumps(document)
    assert cast.sari.address.street not in json.dumps(document)


def test_while_the_other_system_is_away_it_waits_and_is_sent_once_it_is_back(
    cast: Cast, beside: Beside
) -> None:
    write(cast, make_taken_matter(cast))
    sending = Sending.objects.get()
    for answer in (500, 503, 429, 401):
        beside.answer = answer
        with pytest.raises(jobs.NotTaken):
            jobs.send(str(sending.pk))
    sending.refresh_from_db()
    assert (sending.state, sending.tries) == (SendingState.WAITS, 4)
    beside.answer = 200
    for _time in range(2):  # a worker that died after the answer leaves a job that is done again
        jobs.send(str(sending.pk))
    assert len(beside.taken) == 5
    assert {path for path, *_rest in beside.taken} == {f"/fhir/Bundle/{sending.pk}"}


def test_nobody_listening_is_tried_again_too(cast: Cast, beside: Beside) -> None:
    write(cast, make_taken_matter(cast))
    beside.server_close()
    with pytest.raises(jobs.NotTaken):
        jobs.send(str(Sending.objects.get().pk))


def test_what_is_refused_waits_for_the_unit_and_is_sent_again(
    cast: Cast, beside: Beside, client: Client
) -> None:
    matter = make_taken_matter(cast)
    write(cast, matter)
    sending = Sending.objects.get()
    beside.answer, beside.words = 422, "Tunnus puuttuu"
    jobs.send(str(sending.pk))
    assert Task.objects.waiting().filter(kind=REFUSED.name, unit=cast.station, matter=matter).exists()
    liisa = signed_in(client, cast, "liisa")
    assert "Tunnus puuttuu" in liisa.get(f"/matters/{matter.pk}/").text
    for _time in range(2):
        assert liisa.post(f"/other-systems/sendings/{sending.pk}/").status_code == 302
    assert not Task.objects.waiting().filter(kind=REFUSED.name).exists()
    beside.answer = 201
    jobs.send(str(sending.pk))
    sending.refresh_from_db()
    assert sending.state == SendingState.TAKEN


def test_a_stranger_sends_nothing_again(cast: Cast, beside: Beside, client: Client) -> None:
    write(cast, make_taken_matter(cast))
    sending = Sending.objects.get()
    for name in ("sami", "elsa"):
        assert signed_in(client, cast, name).post(f"/other-systems/sendings/{sending.pk}/").status_code == 404
        with pytest.raises(Refused):
            actions.send_again(sending, by=cast.actor(name), now=NOW)
    assert SEND_AGAIN.hidden_behind is not None


def test_one_who_may_see_but_not_work_sends_nothing_again(cast: Cast, beside: Beside, client: Client) -> None:
    matter = make_taken_matter(cast)
    write(cast, matter)
    matter.participations.create(unit=cast.parish, right="part", started_at=NOW)
    matter.refresh_viewers(NOW)
    path = f"/other-systems/sendings/{Sending.objects.get().pk}/"
    assert signed_in(client, cast, "pia").post(path).status_code == 403


def test_what_is_written_of_an_unknown_person_goes_when_they_are_known(cast: Cast, beside: Beside) -> None:
    code = cast.eero.identity_code
    Resident.objects.filter(pk=cast.eero.pk).update(identity_code=None)
    matter = make_taken_matter(cast)
    write(cast, Matter.objects.get(pk=matter.pk))
    assert not Sending.objects.exists()
    Resident.objects.filter(pk=cast.eero.pk).update(identity_code=code)
    from kehra.kernel.people.signals import identified

    identified.send(sender=Resident, resident=cast.eero, by=cast.actor("liisa"), now=NOW)
    assert Sending.objects.count() == 1


def test_what_kehra_itself_holds_is_not_sent(cast: Cast, beside: Beside) -> None:
    matter = make_matter(cast, service=cast.social_work, unit=cast.social)
    matter = work.take(matter, by=cast.actor("sami"), now=NOW)
    work.write(matter, "Keskusteltiin.", by=cast.actor("sami"), now=NOW)
    assert not Sending.objects.exists()


def test_the_sending_is_in_the_log_of_the_resident(cast: Cast, beside: Beside) -> None:
    write(cast, make_taken_matter(cast))
    logged = AuditEntry.objects.filter(action="records.send", residents__contains=[cast.eero.pk])
    assert logged.count() == 1
