"""In a professional role nobody handles the matters of a child they are a guardian of."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from kehra.kernel.access.actors import own_holder
from kehra.kernel.accounts.tests.cast import Cast, later
from kehra.kernel.people.models import Resident


def works_as(cast: Cast, resident: Resident) -> None:
    """The nurse Liisa is this resident."""
    liisa = cast.professional("liisa")
    liisa.resident = resident
    liisa.save()


def test_a_guardian_of_today_is_kept_from_the_childs_record(cast: Cast) -> None:
    works_as(cast, cast.marja)
    assert {own_holder(cast.marja.pk), own_holder(cast.aino.pk)} < cast.actor("liisa").holders


def test_one_who_was_a_guardian_until_yesterday_is_not(cast: Cast) -> None:
    works_as(cast, cast.pekka)
    assert own_holder(cast.aino.pk) not in cast.actor("liisa").holders


def test_the_child_grows_up(cast: Cast) -> None:
    works_as(cast, cast.marja)
    of_age = later(days=12 * 365)
    assert own_holder(cast.aino.pk) not in cast.actor("liisa", now=of_age).holders


def test_it_costs_one_query_and_none_for_who_has_no_record_here(cast: Cast) -> None:
    without = queries_of_an_actor(cast)
    works_as(cast, cast.marja)
    assert queries_of_an_actor(cast) == without + 1


def queries_of_an_actor(cast: Cast) -> int:
    with CaptureQueriesContext(connection) as queries:
        cast.actor("liisa")
    return len(queries)
