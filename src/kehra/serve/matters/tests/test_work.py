"""A professional takes a matter, writes in it and closes it."""

from datetime import timedelta

import pytest

from kehra.kernel.access.permissions import NotPossible, Refused
from kehra.kernel.accounts.tests.cast import NOW, Cast
from kehra.kernel.journal.models import JournalEntry
from kehra.serve.matters.actions import work
from kehra.serve.matters.tests.situations import make_matter, make_taken_matter


def test_a_nurse_takes_a_matter_that_waits_and_the_journal_tells_it(cast: Cast) -> None:
    matter = work.take(make_matter(cast), by=cast.actor("liisa"), now=NOW)
    assert matter.responsible == cast.professional("liisa")
    assert JournalEntry.objects.filter(matter_id=matter.pk, activity="matters.taken").count() == 1


def test_taking_twice_is_one_taking(cast: Cast) -> None:
    matter = make_taken_matter(cast)
    before = JournalEntry.objects.count()
    work.take(matter, by=cast.actor("liisa"), now=NOW)
    assert JournalEntry.objects.count() == before


def test_a_matter_that_a_colleague_took_cannot_be_taken(cast: Cast) -> None:
    with pytest.raises(NotPossible):
        work.take(make_taken_matter(cast), by=cast.actor("olli"), now=NOW)


@pytest.mark.parametrize("name", ["eero", "noora", "sami", "mikko"])
def test_others_do_not_take_it(cast: Cast, name: str) -> None:
    with pytest.raises(Refused):
        work.take(make_matter(cast), by=cast.actor(name), now=NOW)


def test_it_is_given_to_a_colleague_of_the_unit_but_to_nobody_else(cast: Cast) -> None:
    matter = work.give(make_taken_matter(cast), cast.professional("olli"), by=cast.actor("liisa"), now=NOW)
    assert matter.responsible == cast.professional("olli")
    with pytest.raises(NotPossible):
        work.give(matter, cast.professional("noora"), by=cast.actor("liisa"), now=NOW)


def test_closing_needs_an_outcome_and_ends_the_matter(cast: Cast) -> None:
    matter = work.close(make_taken_matter(cast), "solved", by=cast.actor("liisa"), now=NOW)
    assert not matter.is_open
    with pytest.raises(NotPossible):
        work.write(matter, "myöhässä", by=cast.actor("liisa"), now=NOW + timedelta(days=1))


def test_a_correction_supersedes_and_leaves_the_first_text(cast: Cast) -> None:
    matter = make_taken_matter(cast)
    first = work.write(matter, "vasen polvi", by=cast.actor("liisa"), now=NOW)
    second = work.write(matter, "oikea polvi", by=cast.actor("liisa"), now=NOW, supersedes=first)
    first.refresh_from_db()
    assert (first.text, second.supersedes) == ("vasen polvi", first)


def test_only_the_writer_corrects_an_entry_and_only_once(cast: Cast) -> None:
    matter = make_taken_matter(cast)
    first = work.write(matter, "vasen polvi", by=cast.actor("liisa"), now=NOW)
    with pytest.raises(NotPossible):
        work.write(matter, "oikea polvi", by=cast.actor("olli"), now=NOW, supersedes=first)
    work.write(matter, "oikea polvi", by=cast.actor("liisa"), now=NOW, supersedes=first)
    with pytest.raises(NotPossible):
        work.write(matter, "molemmat", by=cast.actor("liisa"), now=NOW, supersedes=first)


def test_the_residents_own_words_are_nobodys_to_correct(cast: Cast) -> None:
    matter = make_taken_matter(cast)
    with pytest.raises(NotPossible):
        work.write(matter, "muuta", by=cast.actor("liisa"), now=NOW, supersedes=matter.entries.get())


def test_it_is_not_given_to_one_who_does_not_work_with_residents(cast: Cast) -> None:
    with pytest.raises(NotPossible):
        work.give(make_taken_matter(cast), cast.professional("mikko"), by=cast.actor("liisa"), now=NOW)


def test_it_is_not_given_to_the_resident_themselves_at_work(cast: Cast) -> None:
    olli = cast.professional("olli")
    olli.resident = cast.eero
    olli.save()
    with pytest.raises(NotPossible):
        work.give(make_taken_matter(cast), olli, by=cast.actor("liisa"), now=NOW)
