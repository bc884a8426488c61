"""Whatever fits the description is answered as described, and whatever does not is refused in words:
thousands of made-up requests, none of which may break anything."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core import signals
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis import Case

from kehra.kernel.accounts.tests.cast import Cast
from kehra.kernel.accounts.tests.provider import headers
from kehra.serve.booking.tests.situations import make_appointment, make_time
from kehra.serve.matters.tests.situations import make_matter, make_taken_matter
from kehra.serve.tasks.models import Task
from kehra.site.views import api
from kehra.site.wsgi import application

schema = schemathesis.openapi.from_dict(api.described())


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """The test's transaction is the server's: it must not be given back between requests."""
    ends = (signals.request_started, signals.request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    yield
    for signal in ends:
        signal.connect(close_old_connections)


@pytest.fixture
def known(cast: Cast, set_time: Any, provider: Any) -> dict[str, int]:
    """Ids of things that are there, so that not every request ends at 404."""
    matter, time = make_taken_matter(cast), make_time(cast)
    booked = make_appointment(cast, matter=matter, free_time=make_time(cast, "olli"))
    make_matter(cast)
    task = Task.objects.waiting().order_by("-pk")[0]
    ids = {"matter": matter.pk, "time": time.pk}
    return ids | {"matter_id": matter.pk, "appointment_id": booked.pk, "task_id": task.pk}


@schema.parametrize()
@pytest.mark.parametrize("name", ["eero", "liisa"])
@settings(
    max_examples=int(os.environ.get("KEHRA_API_EXAMPLES", "30")), suppress_health_check=list(HealthCheck)
)
def test_every_answer_is_one_that_is_described(
    case: Case, name: str, cast: Cast, known: dict[str, int]
) -> None:
    for sent in (case.path_parameters, case.body):
        if isinstance(sent, dict):
            # Of ids that fit their description, half are of something that is there.
            sent |= {
                key: known[key]
                for key, value in sent.items()
                if key in known and type(value) is int and 1 <= value < 2**63 and value % 2
            }
    case.call_and_validate(app=application, base_url="http://127.0.0.1", headers=headers(cast, name))
