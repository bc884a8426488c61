"""The interpreters of the past year's visits: ordered with the time, and confirmed the same day."""

from datetime import datetime, timedelta

from kehra.kernel.access import actors
from kehra.kernel.access.actors import Actor
from kehra.kernel.organisations.models import Organisation
from kehra.serve.booking.permissions import UNIT_VISITED
from kehra.serve.interpreting import signals
from kehra.serve.interpreting.actions import PROVIDER_KIND
from kehra.serve.interpreting.models import InterpreterRequest, State
from kehra.serve.interpreting.permissions import ANSWER
from kehra.serve.messages.gateways import gateway
from kehra.serve.messages.models import Channel
from kehra.site.region.copying import Table
from kehra.site.region.history.steps import Row, Running, Steps

ANSWERED_AFTER = timedelta(minutes=5)  # of the telephone call in which the service says whom it sends


class Interpreting:
    """Writes what `interpreting.actions` would have written. No e-mail of the past is sent today, so an
    order made in it has none."""

    def __init__(self, steps: Steps) -> None:
        self.steps = steps
        self.requests = Table(InterpreterRequest)
        self._by_telephone = not gateway.is_there(Channel.INTERPRETER)
        services = Organisation.objects.filter(kind=PROVIDER_KIND).order_by("-pk")
        self._providers = dict(services.values_list("county_id", "pk"))

    def ask(self, matter: Running, appointment: Row, coded: Row, by: Actor, at: datetime) -> None:
        """As `ask` for a time that was booked, and `answer` of whoever booked it. `coded` is what the journal
        keeps of the appointment."""
        language = matter.person.interpreter_language
        if not language:
            return
        request = self.requests.add(
            appointment_id=appointment["id"],
            language=language,
            manner=appointment["manner"],
            provider_id=self._providers.get(matter.person.county),
            asked_at=at,
        )
        told = {"language": language, **coded}
        task = self._call(matter, request, told, appointment, at) if self._by_telephone else None
        self.steps.tell(signals.REQUESTED, matter, by, at, **told)
        self._answer(matter, request, told, task, by, at + ANSWERED_AFTER)

    def _answer(
        self, matter: Running, request: Row, told: Row, task: Row | None, by: Actor, at: datetime
    ) -> None:
        self.steps.log(by, ANSWER, UNIT_VISITED, matter, at)
        request.update(state=State.CONFIRMED.value, answered_at=at, answered_by_id=by.professional_id)
        if task is not None:
            task["done_at"] = at
        self.steps.tell(signals.CONFIRMED, matter, by, at, **told)

    def _call(self, matter: Running, request: Row, told: Row, appointment: Row, at: datetime) -> Row:
        """Where no gateway takes orders, somebody telephones."""
        return self.steps.tasks.add(
            county_id=matter.unit.county_id,
            unit_id=appointment["unit_id"],
            resident_id=matter.person.id,
            matter_id=matter.row["id"],
            professional_id=matter.row["responsible_id"],
            kind=signals.CALL_SERVICE.name,
            key=str(request["id"]),
            urgency=matter.row["urgency"],
            due_on=told["day"],
            opened_at=at,
            viewers=[actors.unit_holder(appointment["unit_id"])],
            barred=matter.row["barred"],
        )
