"""The resident's permit to show parts to the other sector: asked, given, narrowed, refused, revoked."""

import pytest

from kehra.kernel.access.permissions import NotPossible, Refused
from kehra.kernel.accounts.tests.cast import NOW, Cast, later
from kehra.kernel.journal.models import JournalEntry
from kehra.serve.matters.actions import permits
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.models.participation import Participation
from kehra.serve.matters.permissions import ASK_PERMIT, sight
from kehra.serve.matters.tests.situations import make_matter


def shared(cast: Cast) -> Matter:
    """Eero's health matter, in which social work takes part."""
    matter = make_matter(cast)
    Participation.objects.create(matter=matter, unit=cast.social, right="work", started_at=NOW)
    matter.refresh_viewers(NOW)
    return matter


def sami_sees(cast: Cast, matter: Matter, kind: str, **delta: int) -> bool:
    return sight(cast.actor("sami"), matter, later(**delta)).sees("health", kind)


def test_asked_and_given_it_opens_what_it_names_and_nothing_else(cast: Cast) -> None:
    matter = shared(cast)
    permit = permits.ask(matter, "health", by=cast.actor("sami"), now=NOW)
    assert not sami_sees(cast, matter, "need")
    permits.give(matter, "health", ["need", "entry"], by=cast.actor("eero"), now=NOW)
    permit.refresh_from_db()
    assert (permit.asked_by, permit.kinds) == (cast.social, ["entry", "need"])
    assert sami_sees(cast, matter, "need")
    assert not sami_sees(cast, matter, "message")
    assert JournalEntry.objects.latest("seq").activity == "matters.permit_given"


def test_asking_again_before_the_answer_is_one_asking(cast: Cast) -> None:
    matter = shared(cast)
    first = permits.ask(matter, "health", by=cast.actor("sami"), now=NOW)
    assert permits.ask(matter, "health", by=cast.actor("sami"), now=NOW) == first


def test_a_guardian_gives_it_for_the_child(cast: Cast) -> None:
    matter = make_matter(cast, cast.aino)
    permits.give(matter, "health", ["need"], by=cast.actor("marja", acting_for=cast.aino), now=NOW)


def test_narrowing_closes_what_is_left_out_at_once(cast: Cast) -> None:
    matter = shared(cast)
    permit = permits.give(matter, "health", ["need", "entry"], by=cast.actor("eero"), now=NOW)
    permits.narrow(permit, ["need"], by=cast.actor("eero"), now=NOW)
    assert not sami_sees(cast, matter, "entry")
    with pytest.raises(NotPossible):
        permits.narrow(permit, ["need", "message"], by=cast.actor("eero"), now=NOW)


def test_taken_back_it_shows_nothing_from_that_moment(cast: Cast) -> None:
    matter = shared(cast)
    permit = permits.give(matter, "health", ["need"], by=cast.actor("eero"), now=NOW)
    permits.revoke(permit, by=cast.actor("eero"), now=later(minutes=1))
    assert not sami_sees(cast, matter, "need", minutes=1)
    with pytest.raises(NotPossible):
        permits.revoke(permit, by=cast.actor("eero"), now=later(minutes=2))


def test_refused_it_may_be_asked_anew(cast: Cast) -> None:
    matter = shared(cast)
    permit = permits.ask(matter, "health", by=cast.actor("sami"), now=NOW)
    permits.refuse(permit, by=cast.actor("eero"), now=NOW)
    assert not sami_sees(cast, matter, "need")
    with pytest.raises(NotPossible):
        permits.refuse(permit, by=cast.actor("eero"), now=NOW)
    assert permits.ask(matter, "health", by=cast.actor("sami"), now=NOW) != permit


def test_a_permit_for_nothing_is_no_permit(cast: Cast) -> None:
    with pytest.raises(NotPossible):
        permits.give(shared(cast), "health", ["nonsense"], by=cast.actor("eero"), now=NOW)


@pytest.mark.parametrize("name", ["liisa", "sami", "marja", "noora"])
def test_nobody_but_the_resident_gives_it(cast: Cast, name: str) -> None:
    with pytest.raises(Refused):
        permits.give(shared(cast), "health", ["need"], by=cast.actor(name), now=NOW)


@pytest.mark.parametrize(("name", "hidden"), [("noora", True), ("eero", False)])
def test_who_takes_no_part_does_not_ask(cast: Cast, name: str, hidden: bool) -> None:
    with pytest.raises(Refused) as refused:
        permits.ask(shared(cast), "health", by=cast.actor(name), now=NOW)
    assert (refused.value.permission, refused.value.hidden) == (ASK_PERMIT, hidden)


def test_the_journal_keeps_which_kinds_were_named_before_and_after(cast: Cast) -> None:
    permit = permits.give(shared(cast), "health", ["need", "entry"], by=cast.actor("eero"), now=NOW)
    permits.narrow(permit, ["need"], by=cast.actor("eero"), now=NOW)
    given, narrowed = JournalEntry.objects.filter(activity__startswith="matters.permit_").order_by("seq")
    assert given.data["kinds"] == "entry+need"
    assert (narrowed.data["before"], narrowed.data["kinds"]) == ("entry+need", "need")
