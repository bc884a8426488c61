"""A unit's list holds its own day and nothing more, closed to its passphrase; each making is in the log."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest
from cryptography.exceptions import InvalidTag

from kehra.kernel.access.permissions import NotPossible, Refused
from kehra.kernel.accounts.tests.cast import NOW, TODAY, Cast, later
from kehra.kernel.audit.models import AuditEntry
from kehra.kernel.people.models import Address, Restriction
from kehra.serve.booking.tests.situations import make_appointment, make_time
from kehra.serve.contacts.actions import calls
from kehra.serve.day_lists.actions import keys, making
from kehra.serve.day_lists.permissions import FETCH, MAKE
from kehra.serve.day_lists.rules import passphrases
from kehra.serve.day_lists.rules.days import days_of
from kehra.serve.day_lists.tests.opening import PASSPHRASE, make_machine, opened, sealed_in
from kehra.serve.matters.models.matter import Urgency
from kehra.serve.matters.tests.situations import make_matter, make_taken_matter

CANARY = "Salattukuja 13"


def make_day(cast: Cast) -> None:
    """Eero comes at one, Sari, whose address is protected, at two; Marja wants a call; Elsa's need is
    urgent."""
    make_appointment(cast, free_time=make_time(cast, day=TODAY, at=time(13)))
    Address.objects.filter(resident=cast.sari).update(street=CANARY)
    sari = make_taken_matter(cast, cast.sari)
    make_appointment(cast, matter=sari, free_time=make_time(cast, day=TODAY, at=time(14)))
    marja = make_matter(cast, cast.marja)
    calls.want(marja, "050 777 1234", by=cast.actor("marja"), now=NOW)
    make_matter(cast, cast.elsa, urgency=Urgency.URGENT)


def test_the_list_holds_the_day_and_what_cannot_wait(cast: Cast) -> None:
    make_day(cast)
    machine, _token = make_machine(cast)
    lists = opened(making.fetch(machine, by=machine.actor(), now=NOW))
    for said in ("Eero Korhonen", "1945", "13.00–13.30", "Liisa Testi", "Marja Laine", "050 777 1234"):
        assert said in lists["fi"]
    assert "Elsa Lindholm" in lists["fi"]
    assert ["Päivälista" in lists["fi"], "Dagslista" in lists["sv"], "Day list" in lists["en"]] == [True] * 3
    assert "Telefon 050 777 1234" in lists["sv"]


def test_what_the_resident_needs_of_us_stands_beside_the_name(cast: Cast) -> None:
    cast.eero.wishes, cast.eero.interpreter_language = "Kuulen huonosti.", "ar"
    cast.eero.save()
    make_day(cast)
    machine, _token = make_machine(cast)
    lists = opened(making.fetch(machine, by=machine.actor(), now=NOW))
    row = lists["fi"].split("Eero Korhonen")[1].split("</td>")[0]
    assert "Kuulen huonosti." in row
    assert "Tulkki: arabia" in row


def test_nothing_of_anybody_can_be_read_without_the_passphrase(cast: Cast) -> None:
    make_day(cast)
    machine, _token = make_machine(cast)
    file = making.fetch(machine, by=machine.actor(), now=NOW)
    for secret in ("Korhonen", "Laine", "050 777", PASSPHRASE):
        assert secret not in file
    assert set(sealed_in(file)) >= {"header", "wrapped", "text"}
    with pytest.raises(InvalidTag):
        opened(file, "kato-mina-rulo-seti-papu-vila")
    assert opened(file, "Kato mina, RULO seti. papu vilo") == opened(file)


def test_a_changed_file_does_not_open(cast: Cast) -> None:
    machine, _token = make_machine(cast)
    file = making.fetch(machine, by=machine.actor(), now=NOW)
    later_end = file.replace("2026-03-11T00:00", "2027-03-11T00:00")
    assert later_end != file
    with pytest.raises(InvalidTag):
        opened(later_end)


def test_a_protected_address_and_contact_details_are_nowhere_on_it(cast: Cast) -> None:
    make_day(cast)
    machine, _token = make_machine(cast)
    lists = opened(making.fetch(machine, by=machine.actor(), now=NOW))
    for text in lists.values():
        assert "Sari Virta" in text
        assert CANARY not in text
        assert "Kotikatu" not in text  # nor is anybody else's
        row = text.split("Sari Virta")[1].split("</td>")[0]
        assert cast.sari.phone not in row


def test_the_log_has_one_row_of_making_with_everybody_on_the_list(cast: Cast) -> None:
    make_day(cast)
    machine, _token = make_machine(cast)
    for minutes in (0, 15, 30):
        making.fetch(machine, by=machine.actor(), now=later(minutes=minutes))
    row = AuditEntry.objects.get(action=MAKE.name)
    assert row.residents == sorted(one.pk for one in (cast.eero, cast.sari, cast.marja, cast.elsa))
    assert (row.actor_kind, row.actor_name, row.unit_id, row.purpose) == (
        "machine",
        "Vastaanotto",
        cast.station.pk,
        "care",
    )
    assert AuditEntry.objects.filter(action=FETCH.name).count() == 3
    make_matter(cast, cast.pekka, urgency=Urgency.URGENT)
    assert "Pekka" in opened(making.fetch(machine, by=machine.actor(), now=later(minutes=45)))["fi"]
    making.fetch(machine, by=machine.actor(), now=later(minutes=45, hours=2))
    assert AuditEntry.objects.filter(action=MAKE.name).count() == 3


def test_who_has_forbidden_the_unit_is_not_on_its_list(cast: Cast) -> None:
    make_day(cast)
    Restriction.objects.create(resident=cast.marja, unit=cast.station, made_at=NOW)
    for matter in cast.marja.matters.all():
        matter.refresh_viewers(NOW)
    machine, _token = make_machine(cast)
    assert "Marja" not in opened(making.fetch(machine, by=machine.actor(), now=NOW))["fi"]


def test_a_worker_takes_it_by_hand_and_is_not_on_it_themselves(cast: Cast) -> None:
    make_day(cast)
    make_machine(cast)
    cast.professional("liisa").resident = cast.marja
    cast.professional("liisa").save()
    text = opened(making.make(cast.station, by=cast.actor("liisa"), now=NOW))["fi"]
    assert ["Eero" in text, "Marja" in text] == [True, False]


@pytest.mark.parametrize("name", ["mikko", "tiina", "pia", "eero", "karl"])
def test_others_do_not_take_it(cast: Cast, name: str) -> None:
    make_machine(cast)
    with pytest.raises(Refused):
        making.make(cast.station, by=cast.actor(name), now=NOW)


def test_a_machine_fetches_only_for_its_own_unit(cast: Cast) -> None:
    make_day(cast)
    machine, _token = make_machine(cast)
    machine.unit = cast.other_station
    with pytest.raises(Refused):
        making.fetch(make_machine(cast, "Toinen")[0], by=machine.actor(), now=NOW)


def test_without_a_passphrase_there_is_no_list(cast: Cast) -> None:
    machine, _token = make_machine(cast)
    keys.UnitKey.objects.all().delete()
    with pytest.raises(NotPossible):
        making.fetch(machine, by=machine.actor(), now=NOW)


def test_a_new_passphrase_closes_the_next_list_at_once(cast: Cast) -> None:
    machine, _token = make_machine(cast)
    making.fetch(machine, by=machine.actor(), now=NOW)
    keys.set_passphrase(cast.station, "uusi-sana", by=cast.actor("mikko"), now=later(minutes=1))
    file = making.fetch(machine, by=machine.actor(), now=later(minutes=2))
    assert opened(file, "uusi sana")
    with pytest.raises(InvalidTag):
        opened(file)


@pytest.mark.parametrize(("hour", "days"), [(6, 1), (12, 1), (13, 2), (20, 2)])
def test_from_three_in_the_afternoon_the_next_day_is_on_it(hour: int, days: int) -> None:
    assert len(days_of(datetime(2026, 3, 10, hour, tzinfo=NOW.tzinfo))) == days


def test_passphrases_differ_and_are_long() -> None:
    made = {passphrases.new() for _ in range(50)}
    assert len(made) == 50
    assert all(len(one.split("-")) == 6 and passphrases.plain(one) == one for one in made)


def test_it_says_how_long_it_opens(cast: Cast, set_time: Callable[[datetime], None]) -> None:
    machine, _token = make_machine(cast)
    sealed = sealed_in(making.fetch(machine, by=machine.actor(), now=NOW))
    assert (NOW + timedelta(hours=16)).isoformat() in sealed["header"]
