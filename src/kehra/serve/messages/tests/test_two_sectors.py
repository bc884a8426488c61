"""What the resident writes is for the one who asked, also across the sectors (docs/decisions/0010)."""

from kehra.kernel.accounts.tests.cast import NOW, Cast, later
from kehra.kernel.people.models import Restriction
from kehra.serve.contacts.actions import writing
from kehra.serve.matters.actions import handovers
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.models.participation import Participation
from kehra.serve.matters.permissions import sight
from kehra.serve.matters.tests.situations import make_taken_matter
from kehra.serve.messages import actions
from kehra.serve.messages.models import Message
from kehra.serve.tasks.models import Task


def shared(cast: Cast) -> Matter:
    """Eero's health matter, in which social work takes part, and Sami of social work has asked something."""
    matter = make_taken_matter(cast)
    Participation.objects.create(matter=matter, unit=cast.social, right="work", started_at=NOW)
    matter.refresh_viewers(NOW)
    actions.send(matter, "Kuka auttaa kaupassa?", by=cast.actor("sami"), now=NOW)
    return matter


def answer(cast: Cast, matter: Matter, minutes: int = 1) -> Message:
    return actions.send(matter, "Naapuri auttaa.", by=cast.actor("eero"), now=later(minutes=minutes))


def reads(cast: Cast, name: str, message: Message) -> bool:
    return sight(cast.actor(name), message.matter, later(hours=1)).sees(message.sector, message.part_kind)


def waiting_units(matter: Matter) -> set[int | None]:
    tasks = Task.objects.waiting().filter(matter=matter, kind="messages.unread")
    return set(tasks.values_list("unit_id", flat=True))


def test_who_asked_reads_the_answer_and_has_it_as_a_task(cast: Cast) -> None:
    matter = shared(cast)
    message = answer(cast, matter)
    assert (reads(cast, "sami", message), reads(cast, "liisa", message)) == (True, False)
    assert waiting_units(matter) == {cast.social.pk}


def test_the_unit_that_answers_reads_it_when_it_wrote_last(cast: Cast) -> None:
    matter = shared(cast)
    actions.send(matter, "Entä polvi?", by=cast.actor("liisa"), now=later(minutes=1))
    message = answer(cast, matter, minutes=2)
    assert (reads(cast, "sami", message), reads(cast, "liisa", message)) == (False, True)
    assert waiting_units(matter) == {cast.station.pk}


def test_a_question_of_one_sector_does_not_end_the_waiting_of_the_other(cast: Cast) -> None:
    matter = make_taken_matter(cast)
    answer(cast, matter, minutes=0)
    Participation.objects.create(matter=matter, unit=cast.social, right="work", started_at=NOW)
    matter.refresh_viewers(NOW)
    actions.send(matter, "Kuka auttaa kaupassa?", by=cast.actor("sami"), now=later(minutes=1))
    assert waiting_units(matter) == {cast.station.pk}


def test_a_unit_that_was_forbidden_after_it_asked_does_not_read_the_answer(cast: Cast) -> None:
    matter = shared(cast)
    Restriction.objects.create(resident=cast.eero, unit=cast.social, made_at=NOW)
    matter.refresh_viewers(NOW)
    assert answer(cast, matter).sector == "health"


def test_after_a_transfer_to_the_other_sector_the_new_unit_reads_what_is_written_to_it(cast: Cast) -> None:
    matter = make_taken_matter(cast)
    need = matter.entries.get()
    offer = handovers.offer(matter, to=cast.social, shares=["need"], by=cast.actor("liisa"), now=NOW)
    matter = handovers.accept(offer, by=cast.actor("sami"), now=NOW).matter
    more = writing.add_to_need(matter, "Vuokra on maksamatta.", by=cast.actor("eero"), now=NOW)
    seen = sight(cast.actor("sami"), matter, later(hours=1))
    assert reads(cast, "sami", answer(cast, matter))
    assert seen.sees(more.sector, "need")
    assert not seen.sees(need.sector, "need")  # said to the other sector: the permit decides
