"""Somebody takes what waits, gives it on and says that it is done."""

from datetime import timedelta

import pytest

from kehra.kernel.access.actors import NOBODY
from kehra.kernel.access.permissions import NotPossible, Refused, may, visible
from kehra.kernel.accounts.tests.cast import NOW, Cast
from kehra.serve.matters.models.participation import Participation
from kehra.serve.matters.tests.situations import make_matter, make_taken_matter
from kehra.serve.tasks import actions as tasks
from kehra.serve.tasks.models import Task
from kehra.serve.tasks.permissions import CAUSE, DO, READ, Consequence
from kehra.serve.tasks.rules import TaskKind

FOR_THE_OFFICER = TaskKind("test.officer", "For the officer")
FOR_ONE = TaskKind("test.personal", "For one", personal=True)


def test_taking_the_task_takes_the_matter_that_nobody_has(cast: Cast) -> None:
    matter = make_matter(cast)
    tasks.take(Task.objects.get(matter=matter), by=cast.actor("liisa"), now=NOW)
    matter.refresh_from_db()
    assert matter.responsible == cast.professional("liisa")


def test_taking_twice_is_one_taking_and_a_colleague_comes_too_late(cast: Cast) -> None:
    task = tasks.take(Task.objects.get(matter=make_matter(cast)), by=cast.actor("liisa"), now=NOW)
    tasks.take(task, by=cast.actor("liisa"), now=NOW)
    with pytest.raises(NotPossible):
        tasks.take(task, by=cast.actor("olli"), now=NOW)


def test_giving_the_task_gives_the_matter_but_only_within_the_unit(cast: Cast) -> None:
    matter = make_taken_matter(cast)
    task = Task.objects.get(matter=matter)
    tasks.give(task, cast.professional("olli"), by=cast.actor("liisa"), now=NOW)
    matter.refresh_from_db()
    assert matter.responsible == cast.professional("olli")
    with pytest.raises(NotPossible):
        tasks.give(task, cast.professional("noora"), by=cast.actor("liisa"), now=NOW)


def test_a_personal_task_is_given_alone(cast: Cast) -> None:
    matter = make_taken_matter(cast)
    task = tasks.open_task(
        kind=FOR_ONE,
        unit=cast.station,
        matter=matter,
        professional=cast.professional("liisa"),
        by=cast.actor("liisa"),
        now=NOW,
    )
    tasks.give(task, cast.professional("olli"), by=cast.actor("liisa"), now=NOW)
    matter.refresh_from_db()
    assert matter.responsible == cast.professional("liisa")


def test_a_task_without_a_unit_waits_for_the_data_protection_officer(cast: Cast) -> None:
    task = tasks.open_task(
        kind=FOR_THE_OFFICER, unit=None, resident=cast.eero, by=cast.actor("eero"), now=NOW
    )
    assert may(cast.actor("tiina"), READ, task, now=NOW)
    tasks.finish_task(task, by=cast.actor("tiina"), now=NOW)
    assert not Task.objects.waiting().exists()


@pytest.mark.parametrize("name", ["eero", "noora", "sami", "pia", "mikko", "karl", "tiina"])
def test_others_do_not_know_of_it(cast: Cast, name: str) -> None:
    with pytest.raises(Refused) as refused:
        tasks.finish_task(Task.objects.get(matter=make_matter(cast)), by=cast.actor(name), now=NOW)
    assert refused.value.hidden


def test_nobody_causes_no_work(cast: Cast) -> None:
    """`tasks.cause` opens nothing, but it wants to know whose action it was."""
    assert not may(NOBODY, CAUSE, Consequence(None), now=NOW)
    with pytest.raises(Refused):
        tasks.open_task(kind=FOR_THE_OFFICER, unit=None, county_id="15", by=NOBODY, now=NOW)


def test_one_whose_right_ended_may_not_do_it(cast: Cast) -> None:
    task = Task.objects.get(matter=make_matter(cast))
    Participation.objects.filter(matter=task.matter).update(ended_at=NOW)
    assert not may(cast.actor("liisa"), DO, task, now=NOW + timedelta(seconds=1))


def test_what_is_done_cannot_be_taken(cast: Cast) -> None:
    task = Task.objects.get(matter=make_matter(cast))
    tasks.finish_task(task, by=cast.actor("liisa"), now=NOW)
    with pytest.raises(NotPossible):
        tasks.take(task, by=cast.actor("liisa"), now=NOW)


def test_the_list_form_and_the_exact_form_agree(cast: Cast) -> None:
    mine = cast.professional("noora")
    mine.resident = cast.elsa
    mine.save()
    for resident in (cast.eero, cast.elsa, cast.sari):
        matter = make_matter(cast, resident)
        Participation.objects.create(matter=matter, unit=cast.other_station, right="part", started_at=NOW)
        matter.refresh_viewers(NOW)
        tasks.open_task(kind=FOR_ONE, unit=cast.other_station, matter=matter, by=cast.actor("liisa"), now=NOW)
    tasks.open_task(kind=FOR_THE_OFFICER, unit=None, by=cast.actor("eero"), now=NOW)
    for name in ("eero", "liisa", "olli", "noora", "sami", "pia", "mikko", "tiina", "karl"):
        actor = cast.actor(name)
        exact = {task.pk for task in Task.objects.all() if may(actor, READ, task, now=NOW)}
        assert set(visible(actor, READ, Task.objects.all()).values_list("pk", flat=True)) == exact, name
