"""What would wait for somebody who is away waits for the unit; what waited for them, the manager gives on."""

import pytest

from kehra.kernel.access.permissions import NotPossible, Refused
from kehra.kernel.accounts.tests.cast import NOW, Cast
from kehra.kernel.accounts.tests.situations import make_absence
from kehra.serve.matters.tests.situations import make_taken_matter
from kehra.serve.tasks import actions as tasks
from kehra.serve.tasks.models import Task
from kehra.serve.tasks.permissions import DO, GIVE
from kehra.serve.tasks.signals import CAME_BACK


def test_what_comes_while_they_are_away_waits_for_the_unit(cast: Cast) -> None:
    matter = make_taken_matter(cast)
    make_absence(cast)
    new = tasks.open_task(kind=CAME_BACK, unit=cast.station, matter=matter, by=cast.actor("olli"), now=NOW)
    assert new.professional is None


def test_the_manager_gives_it_to_a_colleague_but_does_not_do_it(cast: Cast) -> None:
    matter = make_taken_matter(cast)
    task, mikko = Task.objects.get(matter=matter), cast.actor("mikko")
    with pytest.raises(Refused) as refused:
        tasks.give(task, cast.professional("olli"), by=mikko, now=NOW)
    assert refused.value.permission == GIVE
    make_absence(cast)
    with pytest.raises(Refused) as refused:
        tasks.finish_task(task, by=mikko, now=NOW)
    assert refused.value.permission == DO
    with pytest.raises(NotPossible):
        tasks.give(task, cast.professional("noora"), by=mikko, now=NOW)
    assert tasks.give(task, cast.professional("olli"), by=mikko, now=NOW).professional_id == (
        cast.professional("olli").pk
    )
    matter.refresh_from_db()
    assert matter.responsible_id == cast.professional("olli").pk
