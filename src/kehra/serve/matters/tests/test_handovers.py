"""Another unit is asked to answer for a matter; it accepts, refuses, or does not answer."""

from datetime import date
from typing import Any

import pytest

from kehra.kernel.access.permissions import NotPossible, Refused, may
from kehra.kernel.accounts.tests.cast import LONG_AGO, NOW, Cast, later
from kehra.kernel.catalogue.models import Offering
from kehra.kernel.journal.models import JournalEntry
from kehra.kernel.people.models import Restriction
from kehra.serve.matters.actions import handovers, work
from kehra.serve.matters.models.clock import Clock
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.models.participation import Handover, HandoverKind
from kehra.serve.matters.models.record import DisclosurePermit
from kehra.serve.matters.permissions import ANSWER_FOR, ANSWER_HANDOVER, READ, WORK, parts_seen
from kehra.serve.matters.tests.situations import make_taken_matter
from kehra.serve.matters.triggers import expire_handovers


def offered(cast: Cast, **kwargs: Any) -> Handover:
    """Liisa asks the other health station to take over Eero's matter."""
    given: dict[str, Any] = {"to": cast.other_station, "shares": ["need"]} | kwargs
    return handovers.offer(make_taken_matter(cast), by=cast.actor("liisa"), now=NOW, **given)


def parish_offering(cast: Cast) -> Offering:
    return Offering.objects.create(
        county=cast.county, service=cast.social_work, unit=cast.parish, valid_from=LONG_AGO
    )


def last_told(matter: Matter) -> str:
    return JournalEntry.objects.filter(matter_id=matter.pk).latest("seq").activity


def test_the_receiver_sees_what_is_shared_at_once_but_may_not_work(cast: Cast) -> None:
    matter = offered(cast).matter
    work.write(matter, "Kyykistyminen sattuu.", by=cast.actor("liisa"), now=NOW)
    noora = cast.actor("noora")
    assert may(noora, READ, matter, now=NOW)
    assert not may(noora, WORK, matter, now=NOW)
    seen = {entry.kind: sees for entry, sees in parts_seen(noora, matter, matter.entries.all(), now=NOW)}
    assert seen == {"need": True, "entry": False}
    assert last_told(matter) == "matters.written"


def test_it_is_to_be_answered_in_three_working_days(cast: Cast) -> None:
    assert offered(cast).answer_on == date(2026, 3, 13)


def test_accepting_a_transfer_moves_the_matter_and_its_clocks_go_on(cast: Cast) -> None:
    handover = offered(cast)
    before = set(Clock.objects.values_list("pk", "promised_on", "stopped_on"))
    matter = handovers.accept(handover, by=cast.actor("noora"), now=later(hours=1)).matter
    assert (matter.unit, matter.responsible) == (cast.other_station, None)
    assert may(cast.actor("noora"), ANSWER_FOR, matter, now=later(hours=1))
    assert not may(cast.actor("liisa"), READ, matter, now=later(hours=1))
    assert set(Clock.objects.values_list("pk", "promised_on", "stopped_on")) == before
    assert last_told(matter) == "matters.handover_accepted"


def test_after_guidance_the_giver_works_on_beside_the_receiver(cast: Cast) -> None:
    handover = offered(cast, to=parish_offering(cast))
    assert handover.kind == HandoverKind.GUIDANCE
    assert may(cast.actor("liisa"), ANSWER_FOR, handover.matter, now=NOW)
    matter = handovers.accept(handover, by=cast.actor("pia"), now=NOW).matter
    assert matter.unit == cast.parish
    assert may(cast.actor("liisa"), WORK, matter, now=later(hours=1))


def test_after_guidance_the_matter_is_about_the_service_guided_to_and_its_promises_begin(cast: Cast) -> None:
    offering = Offering.objects.get(service=cast.social_work)
    handover = offered(cast, to=offering)
    assert handover.matter.service == cast.reception
    matter = handovers.accept(handover, by=cast.actor("sami"), now=NOW).matter
    assert (matter.service, matter.sector) == (cast.social_work, "social")
    promised = set(matter.clocks.filter(stopped_on=None).values_list("limit__code", flat=True))
    assert {"social.urgent", "social.implementation"} <= promised


def test_refused_it_comes_back_and_the_receivers_rights_end(cast: Cast) -> None:
    handover = handovers.refuse(offered(cast), "Ei meidän aluetta.", by=cast.actor("noora"), now=NOW)
    matter = handover.matter
    assert (matter.unit, handover.answer_reason) == (cast.station, "Ei meidän aluetta.")
    assert not may(cast.actor("noora"), READ, matter, now=later(seconds=1))
    assert f"unit:{cast.other_station.pk}" not in matter.viewers


def test_refusing_needs_a_reason(cast: Cast) -> None:
    with pytest.raises(NotPossible):
        handovers.refuse(offered(cast), "  ", by=cast.actor("noora"), now=NOW)


def test_withdrawn_it_cannot_be_accepted(cast: Cast) -> None:
    handover = handovers.withdraw(offered(cast), by=cast.actor("liisa"), now=NOW)
    with pytest.raises(NotPossible):
        handovers.accept(handover, by=cast.actor("noora"), now=later(seconds=1))
    assert not may(cast.actor("noora"), READ, handover.matter, now=later(seconds=1))


def test_unanswered_it_comes_back(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    handover = offered(cast)
    for days, state in ((3, "offered"), (4, "expired")):
        monkeypatch.setattr("kehra.kernel.time.clock.now", lambda days=days: later(days=days))
        expire_handovers(0)
        handover.refresh_from_db()
        assert handover.state == state
    matter = Matter.objects.get()
    assert matter.unit == cast.station
    assert not may(cast.actor("noora"), READ, matter, now=later(days=5))
    assert last_told(matter) == "matters.handover_expired"


def test_nobody_expires_it_before_its_time(cast: Cast) -> None:
    with pytest.raises(NotPossible):
        handovers.expire(offered(cast), by=cast.actor("liisa"), now=NOW)


def test_only_one_question_is_open_at_a_time(cast: Cast) -> None:
    matter = offered(cast).matter
    with pytest.raises(NotPossible):
        handovers.offer(matter, to=cast.social, shares=[], by=cast.actor("liisa"), now=NOW)


def test_it_is_not_offered_to_oneself_or_to_another_county(cast: Cast) -> None:
    for unit in (cast.station, cast.kokkola):
        with pytest.raises(NotPossible):
            handovers.offer(make_taken_matter(cast), to=unit, shares=[], by=cast.actor("liisa"), now=NOW)


def test_a_closed_matter_is_not_handed_over(cast: Cast) -> None:
    matter = work.close(make_taken_matter(cast), "solved", by=cast.actor("liisa"), now=NOW)
    with pytest.raises(NotPossible):
        handovers.offer(matter, to=cast.other_station, shares=[], by=cast.actor("liisa"), now=NOW)


@pytest.mark.parametrize("name", ["eero", "noora", "sami", "mikko", "karl"])
def test_only_the_unit_that_answers_offers(cast: Cast, name: str) -> None:
    with pytest.raises(Refused):
        handovers.offer(make_taken_matter(cast), to=cast.social, shares=[], by=cast.actor(name), now=NOW)


@pytest.mark.parametrize("name", ["eero", "liisa", "sami"])
def test_only_the_unit_that_was_asked_answers(cast: Cast, name: str) -> None:
    """`matters.answer_handover`: the giver sees the request and may not answer it (403)."""
    handover = offered(cast)
    for answer in (
        lambda: handovers.accept(handover, by=cast.actor(name), now=NOW),
        lambda: handovers.refuse(handover, "x", by=cast.actor(name), now=NOW),
    ):
        with pytest.raises(Refused) as refused:
            answer()
        assert refused.value.permission is ANSWER_HANDOVER
        assert refused.value.hidden == (name == "sami")


def test_a_receiver_of_the_other_sector_sees_only_what_the_permit_allows(cast: Cast) -> None:
    matter = offered(cast, to=cast.social, shares=["need", "entry"]).matter
    work.write(matter, "Kyykistyminen sattuu.", by=cast.actor("liisa"), now=NOW)
    sami = cast.actor("sami")

    def seen() -> dict[str, bool]:
        return {entry.kind: sees for entry, sees in parts_seen(sami, matter, matter.entries.all(), now=NOW)}

    assert seen() == {"need": False, "entry": False}
    DisclosurePermit.objects.create(
        matter=matter, resident=cast.eero, from_sector="health", kinds=["need", "message"], given_at=NOW
    )
    assert seen() == {"need": True, "entry": False}


def test_a_unit_that_the_resident_has_forbidden_is_not_asked(cast: Cast) -> None:
    for unit in (cast.other_station, cast.parish):
        Restriction.objects.create(resident=cast.eero, unit=unit, made_at=NOW)
    for to in (cast.other_station, parish_offering(cast)):
        with pytest.raises(NotPossible, match="kieltänyt"):
            offered(cast, to=to)
