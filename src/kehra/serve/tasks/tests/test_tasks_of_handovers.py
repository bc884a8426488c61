"""A matter that is offered, taken over or comes back waits where it should."""

import pytest

from kehra.kernel.access.permissions import may
from kehra.kernel.accounts.tests.cast import NOW, Cast, later
from kehra.kernel.people.models import Professional
from kehra.serve.matters.actions import handovers, permits
from kehra.serve.matters.models.participation import Handover
from kehra.serve.matters.tests.situations import make_taken_matter
from kehra.serve.tasks.models import Task
from kehra.serve.tasks.permissions import READ


@pytest.fixture
def handover(cast: Cast) -> Handover:
    return handovers.offer(
        make_taken_matter(cast), to=cast.other_station, shares=["need"], by=cast.actor("liisa"), now=NOW
    )


def waiting() -> set[tuple[str, int | None, Professional | None]]:
    return {(task.kind, task.unit_id, task.professional) for task in Task.objects.waiting()}


def test_the_receiver_has_a_task_and_the_giver_waits_for_an_answer(cast: Cast, handover: Handover) -> None:
    task = Task.objects.waiting().get(kind="matters.handover")
    assert (task.unit, task.due_on) == (cast.other_station, handover.answer_on)
    assert may(cast.actor("noora"), READ, task, now=NOW)
    assert [task.awaits_answer for task in Task.objects.with_course().order_by("pk")] == [True, False]


def test_accepted_it_waits_for_the_receiver_only(cast: Cast, handover: Handover) -> None:
    handovers.accept(handover, by=cast.actor("noora"), now=NOW)
    assert waiting() == {("matters.new", cast.other_station.pk, None)}


def test_refused_it_is_back_with_its_giver(cast: Cast, handover: Handover) -> None:
    handovers.refuse(handover, "Ei meidän aluetta.", by=cast.actor("noora"), now=NOW)
    liisa = cast.professional("liisa")
    assert waiting() == {
        ("matters.new", cast.station.pk, liisa),
        ("matters.came_back", cast.station.pk, liisa),
    }


def test_withdrawn_nothing_is_left_with_the_receiver(cast: Cast, handover: Handover) -> None:
    handovers.withdraw(handover, by=cast.actor("liisa"), now=NOW)
    assert waiting() == {("matters.new", cast.station.pk, cast.professional("liisa"))}


def test_the_answer_about_a_permit_is_told_to_who_asked(cast: Cast, handover: Handover) -> None:
    permit = permits.ask(handover.matter, "health", by=cast.actor("noora"), now=NOW)
    permits.refuse(permit, by=cast.actor("eero"), now=later(hours=1))
    assert ("matters.permit_answered", cast.other_station.pk, None) in waiting()
