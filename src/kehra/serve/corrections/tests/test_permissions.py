"""Breaches are the officer's, and not the officer's own."""

import pytest

from kehra.kernel.access.permissions import Refused, require
from kehra.kernel.accounts.tests.cast import NOW, Cast
from kehra.kernel.people.models import Professional
from kehra.serve.corrections.actions import incidents, reassigning
from kehra.serve.corrections.models import Incident
from kehra.serve.corrections.permissions import JUDGE_INCIDENT, OVERSEE, READ_INCIDENT, Records
from kehra.serve.corrections.tests.situations import make_cousin, make_wrong_matter


@pytest.fixture
def incident(cast: Cast) -> Incident:
    cousin = make_cousin(cast)
    reassigning.reassign(make_wrong_matter(cast), cousin, "Eri Eero.", by=cast.actor("liisa"), now=NOW)
    return Incident.objects.get()


@pytest.mark.parametrize("name", ["liisa", "eero", "mikko", "karl"])
def test_nobody_but_the_officer_sees_or_judges(cast: Cast, incident: Incident, name: str) -> None:
    for permission, thing in (
        (READ_INCIDENT, incident),
        (JUDGE_INCIDENT, incident),
        (OVERSEE, Records("15")),
    ):
        with pytest.raises(Refused) as refused:
            require(cast.actor(name), permission, thing, now=NOW)  # type: ignore[arg-type]
        assert refused.value.hidden


def test_the_officer_does_not_judge_what_is_about_themselves(cast: Cast, incident: Incident) -> None:
    Professional.objects.filter(pk=cast.professional("tiina").pk).update(resident=cast.eero)
    cast.user("tiina").refresh_from_db()
    with pytest.raises(Refused) as refused:
        incidents.judge(incident, "no_risk", "Ei mitään.", by=cast.actor("tiina"), now=NOW)
    assert refused.value.hidden
