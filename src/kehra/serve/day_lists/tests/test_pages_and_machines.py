"""The desk's page, the manager's part of it, and the machines' way in."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from kehra.kernel.accounts.tests.cast import NOW, Cast, signed_in
from kehra.serve.day_lists import local, triggers
from kehra.serve.day_lists.actions import keys, machines
from kehra.serve.day_lists.models import Machine, MadeList, UnitKey, hash_of
from kehra.serve.day_lists.tests.opening import make_machine, opened
from kehra.serve.matters.models.matter import Urgency
from kehra.serve.matters.tests.situations import make_matter

pytestmark = pytest.mark.usefixtures("set_time")

PAGE, FETCH, MANAGE = "/desk/day-list/", "/day-list/machine/", "/desk/day-list/machines/"


def found(pattern: str, text: str) -> str:
    """What the page tells this once."""
    match = re.search(pattern, text)
    assert match is not None
    return match[1]


def fetched(client: Client, token: str) -> int:
    return client.get(FETCH, headers={"authorization": f"Bearer {token}"}, secure=True).status_code


def test_a_machine_fetches_with_its_token(cast: Cast, client: Client) -> None:
    make_matter(cast, urgency=Urgency.URGENT)
    machine, token = make_machine(cast)
    answer = client.get(FETCH, headers={"authorization": f"Bearer {token}"}, secure=True)
    assert "Eero Korhonen" in opened(answer.text)["fi"]
    assert "attachment" in answer["Content-Disposition"]
    machine.refresh_from_db()
    assert machine.fetched_at == NOW
    assert token not in str(list(Machine.objects.values()))


def test_another_units_machine_gets_only_its_own_list(cast: Cast, client: Client) -> None:
    make_matter(cast, urgency=Urgency.URGENT)
    make_machine(cast)
    keys.set_passphrase(cast.station, "x", by=cast.actor("mikko"), now=NOW)
    other = Machine.objects.create(
        unit=cast.other_station, name="B", token_hash=hash_of("toinen"), registered_at=NOW
    )
    assert fetched(client, "toinen") == 409  # its unit has no passphrase
    UnitKey.objects.filter(unit=cast.station).update(unit=cast.other_station)
    answer = client.get(FETCH, headers={"authorization": "Bearer toinen"}, secure=True)
    assert "Eero" not in opened(answer.text, "x")["fi"]
    assert MadeList.objects.filter(machine=other).exists()


def test_a_wrong_missing_or_revoked_token_finds_nothing(cast: Cast, client: Client) -> None:
    machine, token = make_machine(cast)
    assert [fetched(client, wrong) for wrong in ("", "x", token + "x")] == [404, 404, 404]
    assert client.get(FETCH, secure=True).status_code == 404
    assert fetched(client, token) == 200
    machines.revoke(machine, by=cast.actor("mikko"), now=NOW)
    assert fetched(client, token) == 404
    assert not MadeList.objects.exists()


def test_the_manager_sets_the_passphrase_and_registers_a_machine(cast: Cast, client: Client) -> None:
    mikko = signed_in(client, cast, "mikko")
    assert "Laitteita ei ole vielä" in mikko.get(PAGE).text
    page = mikko.post("/desk/day-list/passphrase/")
    shown = found(r'<strong translate="no">([a-z-]+)</strong>', page.text)
    assert shown not in mikko.get(PAGE).text
    page = mikko.post(MANAGE, {"name": "Vastaanotto"})
    token = found(r'translate="no">([\w-]{43})</p>', page.text)
    assert token not in mikko.get(PAGE).text
    assert "Vastaanotto" in mikko.get(PAGE).text
    assert opened(Client().get(FETCH, headers={"authorization": f"Bearer {token}"}, secure=True).text, shown)
    assert [mikko.post(MANAGE, {"name": wrong}).status_code for wrong in ("", "Vastaanotto")] == [422, 422]
    machine = Machine.objects.get()
    for _ in range(2):
        assert mikko.post(f"{MANAGE}{machine.pk}/revoke/").status_code == 302
    assert fetched(Client(), token) == 404


def test_a_worker_downloads_the_list_and_manages_nothing(cast: Cast, client: Client) -> None:
    machine, _token = make_machine(cast)
    liisa = signed_in(client, cast, "liisa")
    assert "/desk/day-list/file/" in liisa.get(PAGE).text
    assert opened(liisa.get("/desk/day-list/file/").text)
    for path in ("/desk/day-list/passphrase/", MANAGE, f"{MANAGE}{machine.pk}/revoke/"):
        assert liisa.post(path, {"name": "Oma"}).status_code == 403
    assert not Machine.objects.filter(revoked_at__isnull=False).exists()


def test_strangers_find_nothing(cast: Cast, client: Client) -> None:
    """Neither READ, nor MAKE, nor MANAGE is theirs."""
    machine, _token = make_machine(cast)
    for name in ("eero", "pia", "tiina"):
        stranger = signed_in(client, cast, name)
        assert stranger.get(PAGE).status_code == 404
        assert stranger.get("/desk/day-list/file/").status_code == 404
    noora = signed_in(client, cast, "noora")
    assert noora.post(f"{MANAGE}{machine.pk}/revoke/").status_code == 404
    assert noora.get("/desk/day-list/file/").status_code == 409  # her own unit has no passphrase
    karl = signed_in(client, cast, "karl")
    assert karl.post(f"{MANAGE}{machine.pk}/revoke/").status_code == 404


def test_the_worker_keeps_the_files_of_machines_that_are_here(
    cast: Cast, settings: Any, tmp_path: Path
) -> None:
    settings.DAY_LISTS = str(tmp_path)
    machine, _token = make_machine(cast)
    Machine.objects.create(unit=cast.social, name="B", token_hash="b", registered_at=NOW)
    triggers.refresh(0)
    kept = [path for path in local.folder_of(machine).parent.rglob("*") if path.is_file()]
    assert [path.name for path in kept] == ["paivalista-dagslista.html"]
    assert opened(kept[0].read_text())
