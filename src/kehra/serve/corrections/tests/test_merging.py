"""One person was found twice: the two records become one, and can be separated again row by row."""

from datetime import date

import pytest

from kehra.kernel.access.permissions import NotPossible, Refused, may, require, visible
from kehra.kernel.accounts.tests.cast import LONG_AGO, NOW, Cast, later
from kehra.kernel.audit.models import AuditEntry
from kehra.kernel.journal.models import JournalEntry
from kehra.kernel.people.models import Guardianship, Mandate, Professional, Resident, Restriction
from kehra.serve.booking.actions import booking
from kehra.serve.booking.models.appointments import Appointment
from kehra.serve.booking.tests.situations import make_time
from kehra.serve.contacts.models import Contact
from kehra.serve.corrections import triggers
from kehra.serve.corrections.actions import likenesses, merging
from kehra.serve.corrections.models import Incident, Likeness, Merge
from kehra.serve.corrections.permissions import (
    COMPARE,
    KEEP_RECORDS,
    LOOK_FOR_LIKE,
    MERGE,
    SEPARATE,
    Pair,
    Records,
)
from kehra.serve.corrections.tests.situations import make_cousin, make_keeper, make_unidentified, make_user
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.permissions import READ
from kehra.serve.matters.tests.situations import make_matter
from kehra.serve.messages import actions as messages
from kehra.serve.messages.models import Message
from kehra.serve.rights.views import log_lines

WHY = "Sama henkilö: passi ja Kela-kortti nähty."


@pytest.fixture
def twin(cast: Cast) -> Resident:
    """Eero's other record, by which he also signs in."""
    resident = make_cousin(cast, birth_date=cast.eero.birth_date, email="", phone="")
    make_user(cast, "twin", resident)
    return resident


def test_everything_comes_to_the_one_who_stays_and_either_sign_in_leads_there(
    cast: Cast, twin: Resident
) -> None:
    keeper = make_keeper(cast)
    theirs = make_matter(cast, twin)
    own = make_matter(cast)
    visit = booking.book(theirs, make_time(cast), by=cast.actor("liisa"), now=NOW)
    message = messages.send(theirs, "Hei", by=cast.actor("liisa"), now=NOW)
    Mandate.objects.create(principal=twin, delegate=cast.marja, evidence="paperi", valid_from=LONG_AGO)
    merging.merge(twin, cast.eero, WHY, by=keeper, now=later(hours=1))
    theirs.refresh_from_db()
    visit.refresh_from_db()
    assert theirs.resident == visit.resident == cast.eero
    for name in ("eero", "twin"):
        cast.user(name).refresh_from_db()
        by = cast.user(name).actor(cast.user(name).choices(NOW)[0], now=NOW)
        assert by.resident_id == cast.eero.pk
        assert set(visible(by, READ, Matter.objects.all())) == {theirs, own}
        assert may(by, READ, Message.objects.get(pk=message.pk), now=later(hours=2))
    assert may(cast.actor("marja", acting_for=cast.eero), READ, own, now=NOW)
    for code in (cast.eero.identity_code, twin.identity_code):
        assert Resident.objects.with_code(str(code), "15").get() == cast.eero
    assert list(Resident.objects.called("Korhonen", date(1945, 11, 30), "15")) == [cast.eero]
    logged = AuditEntry.objects.get(action="corrections.merge")
    assert logged.residents == sorted([twin.pk, cast.eero.pk])
    assert JournalEntry.objects.filter(matter_id=theirs.pk, activity="corrections.joined").exists()


def test_the_log_of_the_one_who_stays_tells_of_both(cast: Cast, twin: Resident) -> None:
    require(cast.actor("liisa"), READ, make_matter(cast, twin), now=NOW)
    before = AuditEntry.objects.count()
    merging.merge(twin, cast.eero, WHY, by=make_keeper(cast), now=NOW)
    entries = log_lines.entries_of(cast.eero, later(hours=1))
    assert entries.filter(residents=[twin.pk], action="matters.read").exists()
    assert AuditEntry.objects.count() > before


def test_the_stricter_holds(cast: Cast, twin: Resident) -> None:
    Resident.objects.filter(pk=twin.pk).update(address_protected=True, phone="040 1")
    Restriction.objects.create(resident=twin, unit=cast.parish, made_at=NOW)
    Restriction.objects.create(resident=cast.eero, unit=cast.parish, made_at=NOW)
    Restriction.objects.create(resident=twin, unit=cast.social, made_at=NOW)
    matter = make_matter(cast)
    merging.merge(twin, cast.eero, WHY, by=make_keeper(cast), now=NOW)
    matter.refresh_from_db()
    assert {f"unit:{cast.parish.pk}", f"unit:{cast.social.pk}"} <= set(matter.barred)
    cast.eero.refresh_from_db()
    assert cast.eero.address_protected
    assert cast.eero.phone == "050 000 0000"  # what was known of him is not replaced
    assert Restriction.objects.filter(resident=cast.eero).count() == 2


def test_a_guardian_of_either_record_is_one(cast: Cast, twin: Resident) -> None:
    Guardianship.objects.create(guardian=twin, child=cast.aino, source="VTJ", valid_from=LONG_AGO)
    matter = make_matter(cast, cast.aino, by=cast.actor("marja", acting_for=cast.aino))
    Professional.objects.filter(pk=cast.professional("liisa").pk).update(resident=cast.eero)
    merging.merge(twin, cast.eero, WHY, by=make_keeper(cast), now=NOW)
    assert may(cast.actor("eero", acting_for=cast.aino), READ, matter, now=NOW)
    cast.user("liisa").refresh_from_db()
    assert not may(cast.actor("liisa"), READ, matter, now=NOW)


def test_separated_again_each_row_is_as_it_was_and_the_officer_judges(cast: Cast, twin: Resident) -> None:
    keeper = make_keeper(cast)
    theirs, own = make_matter(cast, twin), make_matter(cast)
    visit = booking.book(theirs, make_time(cast), by=cast.actor("liisa"), now=NOW)
    restriction = Restriction.objects.create(resident=twin, unit=cast.parish, made_at=NOW)
    made = merging.merge(twin, cast.eero, WHY, by=keeper, now=NOW)
    after = make_matter(cast, now=later(hours=1))
    merging.separate(made, "Kaksi eri ihmistä.", by=keeper, now=later(hours=2))
    for row in (theirs, own, visit, restriction, after, twin):
        row.refresh_from_db()
    assert theirs.resident == visit.resident == restriction.resident == twin
    assert own.resident == after.resident == cast.eero
    assert twin.merged_into is None
    cast.user("twin").refresh_from_db()
    assert set(visible(cast.actor("twin"), READ, Matter.objects.all())) == {theirs}
    assert set(visible(cast.actor("eero"), READ, Matter.objects.all())) == {own, after}
    assert f"unit:{cast.parish.pk}" not in own.barred
    incident = Incident.objects.get()
    assert (incident.about, incident.shown_to) == (twin, cast.eero)
    again = merging.separate(made, "Kaksi eri ihmistä.", by=keeper, now=later(hours=3))
    assert again.undone_at == later(hours=2)


def test_merged_twice_is_merged_once_and_separated_records_can_be_joined_anew(
    cast: Cast, twin: Resident
) -> None:
    keeper = make_keeper(cast)
    made = merging.merge(twin, cast.eero, WHY, by=keeper, now=NOW)
    assert merging.merge(twin, cast.eero, WHY, by=keeper, now=later(hours=1)) == made
    merging.separate(made, WHY, by=keeper, now=later(hours=2))
    assert merging.merge(twin, cast.eero, WHY, by=keeper, now=later(hours=3)) != made
    assert Merge.objects.count() == 2


def test_a_chain_leads_to_the_end_and_is_undone_from_there(cast: Cast, twin: Resident) -> None:
    keeper = make_keeper(cast)
    first = merging.merge(twin, cast.eero, WHY, by=keeper, now=NOW)
    merging.merge(cast.eero, cast.pekka, WHY, by=keeper, now=NOW)
    assert Resident.objects.with_code(str(twin.identity_code), "15").get() == cast.pekka
    assert cast.pekka.known_as() == [cast.pekka.pk, cast.eero.pk, twin.pk]
    with pytest.raises(NotPossible):
        merging.separate(first, WHY, by=keeper, now=NOW)
    with pytest.raises(NotPossible):
        merging.merge(cast.marja, twin, WHY, by=keeper, now=NOW)


def test_two_visits_at_one_time_must_be_sorted_out_first(cast: Cast, twin: Resident) -> None:
    one = booking.book(make_matter(cast, twin), make_time(cast), by=cast.actor("liisa"), now=NOW)
    Appointment.objects.create(
        county=cast.county,
        matter=make_matter(cast),
        resident=cast.eero,
        professional=cast.professional("sami"),
        unit=cast.social,
        sector="social",
        manner="on_site",
        period=one.period,
        state="booked",
        made_by="professional",
        made_at=NOW,
        booked_at=NOW,
        changed_at=NOW,
    )
    with pytest.raises(NotPossible):
        merging.merge(twin, cast.eero, WHY, by=make_keeper(cast), now=NOW)
    one.refresh_from_db()
    assert one.resident == twin


def test_what_cannot_be_joined(cast: Cast, twin: Resident) -> None:
    keeper = make_keeper(cast)
    for gone, stays, reason in (
        (twin, cast.eero, " "),
        (cast.eero, cast.eero, WHY),
        (cast.eero, make_unidentified(cast).resident, WHY),
    ):
        with pytest.raises(NotPossible):
            merging.merge(gone, stays, reason, by=keeper, now=NOW)
    with pytest.raises(Refused):
        merging.merge(cast.anders, cast.eero, WHY, by=keeper, now=NOW)


def test_a_matter_is_never_left_without_anybody_who_sees_it(cast: Cast, twin: Resident) -> None:
    make_matter(cast)
    Restriction.objects.create(resident=twin, unit=cast.station, made_at=NOW)
    with pytest.raises(NotPossible):
        merging.merge(twin, cast.eero, WHY, by=make_keeper(cast), now=NOW)


def test_who_helps_a_stranger_may_join_them_to_somebody_known(cast: Cast) -> None:
    matter = make_unidentified(cast)
    contact = Contact.objects.get(matter=matter)
    merging.merge(matter.resident, cast.eero, WHY, by=cast.actor("liisa"), now=NOW)
    matter.refresh_from_db()
    contact.refresh_from_db()
    assert matter.resident == contact.resident == cast.eero
    assert may(cast.actor("eero"), READ, matter, now=NOW)
    assert set(matter.tasks.values_list("resident", flat=True)) == {cast.eero.pk}


@pytest.mark.parametrize("name", ["liisa", "eero", "tiina", "mikko", "karl"])
@pytest.mark.parametrize("permission", [COMPARE, MERGE, SEPARATE, KEEP_RECORDS])
def test_others_neither_compare_nor_join_nor_separate(
    cast: Cast, twin: Resident, name: str, permission: object
) -> None:
    things = {
        SEPARATE: Merge(county=cast.county, gone=twin, stays=cast.eero),
        KEEP_RECORDS: Records("15"),
    }
    with pytest.raises(Refused) as refused:
        require(cast.actor(name), permission, things.get(permission, Pair(twin, cast.eero)), now=NOW)  # type: ignore[arg-type,call-overload]
    assert refused.value.hidden


def test_nobody_joins_their_own_or_their_childs_record(cast: Cast, twin: Resident) -> None:
    keeper = make_keeper(cast)
    Professional.objects.filter(pk=keeper.professional_id).update(resident=cast.marja)
    cast.user("raili").refresh_from_db()
    for resident in (cast.marja, cast.aino):
        with pytest.raises(Refused):
            merging.merge(twin, resident, WHY, by=cast.actor("raili"), now=NOW)


def test_the_program_finds_who_may_be_one_and_does_not_ask_again(cast: Cast, twin: Resident) -> None:
    keeper = make_keeper(cast)
    triggers.look_for_like(0)
    likeness = Likeness.objects.waiting().get()
    assert (likeness.one, likeness.other, likeness.ground) == (cast.eero, twin, "birth_date")
    likenesses.say_two(likeness, by=keeper, now=NOW)
    triggers.look_for_like(0)
    assert not Likeness.objects.waiting().exists()


def test_a_family_at_one_telephone_is_not_one_person(cast: Cast) -> None:
    assert Resident.objects.alike("15") == []  # all of the cast have the same number
    Resident.objects.filter(pk=cast.marja.pk).update(given_names="Marja Liisa", birth_date=None)
    make_cousin(cast, given_names="Marja", family_name="Laine", phone=cast.marja.phone, email="")
    assert [ground for _one, _other, ground in Resident.objects.alike("15")] == ["phone"]


@pytest.mark.parametrize("name", ["liisa", "tiina", "eero"])
def test_nobody_but_the_program_looks_for_alikes(cast: Cast, name: str) -> None:
    with pytest.raises(Refused):
        require(cast.actor(name), LOOK_FOR_LIKE, Records("15"), now=NOW)
