"""What had gone to another system is taken back there, and goes for the right person."""

import json

import pytest

from kehra.kernel.accounts.tests.cast import NOW, Cast
from kehra.serve.corrections.actions import moving
from kehra.serve.matters.tests.situations import make_taken_matter
from kehra.serve.records import jobs
from kehra.serve.records.models import Sending, SendingState
from kehra.serve.records.tests.beside import Beside
from kehra.serve.records.tests.test_sending import part, sent, write

pytestmark = pytest.mark.usefixtures("set_time")


def test_what_was_written_in_the_wrong_matter_is_taken_back_and_sent_for_the_right_one(
    cast: Cast, beside: Beside
) -> None:
    wrong, right = make_taken_matter(cast), make_taken_matter(cast, cast.elsa)
    entry = write(cast, wrong)
    jobs.send(str(entry.sendings.get().pk))
    moving.move(entry, right, reason="Väärä henkilö.", by=cast.actor("liisa"), now=NOW)
    for sending in Sending.objects.filter(state=SendingState.WAITS).order_by("entry_id"):
        jobs.send(str(sending.pk))
    _first, withdrawn, moved = sent(beside)
    assert part(withdrawn, "Composition")["status"] == "entered-in-error"
    assert "turvoksissa" not in json.dumps(withdrawn)
    assert part(withdrawn, "Patient")["identifier"][0]["value"] == cast.eero.identity_code
    assert part(moved, "Patient")["identifier"][0]["value"] == cast.elsa.identity_code
    assert "turvoksissa" in json.dumps(moved)
