"""What happens in a matter makes work for the unit, moves it and ends it."""

from datetime import date, timedelta
from typing import Any

import pytest

from kehra.kernel.access import actors
from kehra.kernel.accounts.tests.cast import NOW, Cast
from kehra.kernel.people.models import Restriction
from kehra.serve.matters.actions import work
from kehra.serve.matters.models.matter import Matter, Urgency
from kehra.serve.matters.models.participation import Participation
from kehra.serve.matters.tests.situations import make_matter, make_taken_matter
from kehra.serve.tasks import actions as tasks
from kehra.serve.tasks.models import Task
from kehra.serve.tasks.signals import MATTER


def waiting(matter: Matter, **named: Any) -> Task:
    return Task.objects.waiting().get(matter=matter, **named)


def test_a_new_matter_waits_for_its_unit_with_its_urgency(cast: Cast) -> None:
    task = waiting(make_matter(cast, urgency=Urgency.URGENT))
    assert (task.unit, task.resident, task.kind, task.urgency, task.professional) == (
        cast.station,
        cast.eero,
        MATTER.name,
        Urgency.URGENT,
        None,
    )


def test_who_takes_the_matter_has_its_tasks(cast: Cast) -> None:
    matter = make_taken_matter(cast)
    assert waiting(matter).professional == cast.professional("liisa")
    work.give(matter, cast.professional("olli"), by=cast.actor("liisa"), now=NOW)
    assert waiting(matter).professional == cast.professional("olli")
    work.give(matter, None, by=cast.actor("liisa"), now=NOW)
    assert waiting(matter).professional is None


def test_the_urgency_that_a_professional_judged_moves_the_task(cast: Cast) -> None:
    matter = make_matter(cast)
    work.set_urgency(matter, Urgency.URGENT, by=cast.actor("liisa"), now=NOW)
    assert waiting(matter).urgency == Urgency.URGENT


def test_a_closed_matter_waits_no_more(cast: Cast) -> None:
    matter = make_taken_matter(cast)
    work.close(matter, "solved", by=cast.actor("liisa"), now=NOW)
    assert not Task.objects.waiting().filter(matter=matter).exists()


def test_only_the_tasks_unit_is_among_the_viewers_and_only_while_it_takes_part(cast: Cast) -> None:
    matter = make_matter(cast)
    assert waiting(matter).viewers == [actors.unit_holder(cast.station.pk)]
    Participation.objects.filter(matter=matter).update(ended_at=NOW)
    matter.refresh_viewers(NOW + timedelta(seconds=1))
    assert waiting(matter).viewers == []


def test_a_restriction_bars_the_unit_from_the_task_too(cast: Cast) -> None:
    matter = make_matter(cast)
    Restriction.objects.create(resident=cast.eero, unit=cast.station, made_at=NOW)
    matter.refresh_viewers(NOW)
    assert actors.unit_holder(cast.station.pk) in waiting(matter).barred


def test_the_same_thing_waits_once(cast: Cast) -> None:
    matter = make_matter(cast)
    first = waiting(matter)
    again = tasks.open_task(
        kind=MATTER, unit=cast.station, matter=matter, due_on=date(2026, 4, 1), by=cast.actor("eero"), now=NOW
    )
    assert (again, again.due_on) == (first, first.due_on)


def test_what_is_done_may_wait_anew(cast: Cast) -> None:
    matter = make_matter(cast)
    first = waiting(matter)
    tasks.finish_tasks(matter=matter, kind=MATTER, by=cast.actor("eero"), now=NOW)
    second = tasks.open_task(kind=MATTER, unit=cast.station, matter=matter, by=cast.actor("eero"), now=NOW)
    assert second != first


def test_finishing_everything_at_once_is_a_mistake(cast: Cast) -> None:
    with pytest.raises(ValueError, match="Name at least"):
        tasks.finish_tasks(by=cast.actor("liisa"), now=NOW)
