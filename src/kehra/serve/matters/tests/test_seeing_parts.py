"""What is read of a matter's parts is in the log with the ground that shows it."""

from datetime import timedelta
from typing import Any

import pytest

from kehra.kernel.access.permissions import require, show
from kehra.kernel.accounts.tests.cast import NOW, Cast
from kehra.kernel.audit.models import AuditEntry
from kehra.kernel.people.models import EmergencyAccess
from kehra.serve.matters.actions import work
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.models.participation import Participation
from kehra.serve.matters.models.record import DisclosurePermit
from kehra.serve.matters.permissions import READ, SEE_PART, parts_seen
from kehra.serve.matters.tests.situations import make_taken_matter


def open_emergency(cast: Cast, name: str) -> None:
    EmergencyAccess.objects.create(
        resident=cast.eero,
        professional=cast.professional(name),
        unit=cast.assignments[name].unit,
        reason="tajuton",
        opened_at=NOW,
        ends_at=NOW + timedelta(hours=1),
    )


def grounds(action: str = "matters.see_part") -> list[tuple[str, str]]:
    entries = AuditEntry.objects.filter(action=action).order_by("id")
    return [(entry.relation, entry.purpose) for entry in entries]


def read(cast: Cast, name: str, matter: Matter) -> list[bool]:
    seen = parts_seen(cast.actor(name), matter, matter.entries.all(), now=NOW)
    return [sees for _part, sees in seen]


@pytest.mark.parametrize("name", ["noora", "sami"])
def test_an_emergency_access_is_never_logged_as_taking_part_or_as_a_permit(cast: Cast, name: str) -> None:
    matter = make_taken_matter(cast)
    open_emergency(cast, name)
    require(cast.actor(name), SEE_PART, matter.entries.get(), now=NOW)
    assert grounds() == [("emergency", "emergency")]


def test_one_who_takes_part_needs_no_emergency_and_is_logged_without(cast: Cast) -> None:
    matter = make_taken_matter(cast)
    open_emergency(cast, "liisa")
    require(cast.actor("liisa"), SEE_PART, matter.entries.get(), now=NOW)
    assert grounds() == [("same_sector", "care")]
    show(cast.actor("liisa"), READ, Matter.objects.all(), now=NOW)
    assert grounds("matters.read")[-1] == ("unit", "care")


def test_what_only_the_emergency_shows_to_one_who_takes_part_is_logged_as_that(cast: Cast) -> None:
    matter = make_taken_matter(cast)
    Participation.objects.create(matter=matter, unit=cast.social, right="work", started_at=NOW)
    work.write(matter, "hoitajan kirjaus", by=cast.actor("liisa"), now=NOW)
    DisclosurePermit.objects.create(
        matter=matter, resident=cast.eero, from_sector="health", kinds=["need"], given_at=NOW
    )
    assert read(cast, "sami", matter) == [True, False]
    assert grounds() == [("permit", "care")]
    open_emergency(cast, "sami")
    assert read(cast, "sami", matter) == [True, True]
    assert sorted(grounds()[1:]) == [("emergency", "emergency"), ("permit", "care")]


def test_ones_own_work_and_the_residents_own_matter_need_no_second_line_in_the_log(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    matter = make_taken_matter(cast)
    assert read(cast, "liisa", matter) == [True]
    assert read(cast, "eero", matter) == [True]
    assert grounds() == []
    parts, liisa = list(matter.entries.all()), cast.actor("liisa")
    with django_assert_max_num_queries(2):
        parts_seen(liisa, matter, parts, now=NOW)
