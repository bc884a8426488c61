"""Sends entries to the system that holds their record."""

from typing import Any
from uuid import UUID

import requests
from django.db import transaction
from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from kehra.kernel.access import actors
from kehra.kernel.codes.models import Code
from kehra.kernel.codes.texts import localised
from kehra.kernel.time import clock
from kehra.serve.matters.models.record import Entry
from kehra.serve.records import declared
from kehra.serve.records.models import Sending, SendingState
from kehra.serve.records.rules.document import Facts, document
from kehra.serve.records.signals import REFUSED
from kehra.serve.tasks import actions as tasks

SECONDS = 10
PAUSE, LONGEST_PAUSE = 30, 3600  # seconds
REFUSALS = range(400, 500)
COME_AGAIN = {401, 403, 408, 425, 429}  # about us or the moment, not about the document
LONGEST_ANSWER = 300


class NotTaken(Exception):
    """The other system is away; the job is tried again. Says nothing of whom it is about."""


class Again(BaseRetryStrategy):
    """For as long as it takes, ever more slowly: a document that waits is not lost, and sent twice it is
    there once."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        return RetryDecision(retry_in={"seconds": min(PAUSE * 2 ** min(job.attempts, 10), LONGEST_PAUSE)})


def plan(sending: Sending) -> None:
    """Has it sent once the transaction commits; what was planned earlier for the same goes first."""
    send.configure(lock=f"records.send {sending.pk}").defer(sending_id=str(sending.pk))


@app.task(name="records.send", retry=Again())
def send(sending_id: str) -> None:
    """Puts one document to its place. Raises NotTaken while nobody takes it."""
    sending = Sending.objects.select_related("entry__matter__resident").get(pk=sending_id)
    system = declared.current().systems.get(sending.system)
    if sending.state != SendingState.WAITS or system is None:
        return
    Sending.objects.filter(pk=sending.pk).update(tries=sending.tries + 1)
    try:
        answer = requests.put(
            f"{system.takes.rstrip('/')}/Bundle/{sending.pk}",
            json=document(facts_of(sending.entry, sending)),
            headers={
                "Authorization": f"Bearer {declared.secret_of(system)}",
                "Content-Type": "application/fhir+json",
            },
            timeout=SECONDS,
        )
    except requests.RequestException as error:
        raise NotTaken(type(error).__name__) from None
    if answer.status_code in REFUSALS and answer.status_code not in COME_AGAIN:
        _refused(sending, answer)
    elif not answer.ok:
        raise NotTaken(f"{system.code} answered {answer.status_code}")
    else:
        Sending.objects.filter(pk=sending.pk, state=SendingState.WAITS).update(
            state=SendingState.TAKEN, taken_at=clock.now()
        )


def facts_of(entry: Entry, sending: Sending | None = None) -> Facts:
    """What the document says, from the rows as they are. What was moved to another matter was entered here
    in error: then its text is not said again."""
    matter, resident = entry.matter, entry.matter.resident
    professional, unit = entry.professional, entry.unit or matter.unit
    withdrawn = entry.moved_at is not None
    return Facts(
        id=sending.pk if sending else UUID(int=entry.pk),
        replaces=_replaced(entry, sending),
        withdrawn=withdrawn,
        title=localised(matter.service.names, "fi"),
        text="" if withdrawn else entry.text,
        written_at=entry.written_at,
        happened_at=entry.happened_at or entry.written_at,
        code=resident.identity_code or "",
        names=(resident.given_names, resident.family_name),
        birth_date=resident.birth_date,
        protected=resident.address_protected,
        author=professional.name if professional else "Kehrä",
        profession=_profession(professional.profession) if professional else "",
        register_number=professional.register_number if professional else "",
        unit=localised(unit.names, "fi"),
        county=localised(unit.county.names, "fi"),
    )


def _replaced(entry: Entry, sending: Sending | None) -> UUID | None:
    if sending is None or entry.supersedes is None:
        return None
    earlier = entry.supersedes.sendings.filter(system=sending.system).first()
    return earlier.pk if earlier else None


def _profession(code: str) -> str:
    named = Code.objects.filter(system__uri="profession", code=code).order_by("-valid_from").first()
    return localised(named.names, "fi") if named else code


def _refused(sending: Sending, answer: Any) -> None:
    """It would be refused again, so somebody of the unit looks at it."""
    now = clock.now()
    with transaction.atomic():
        marked = Sending.objects.filter(pk=sending.pk, state=SendingState.WAITS)
        if marked.update(state=SendingState.REFUSED, answer=answer.text[:LONGEST_ANSWER]):
            tasks.open_task(
                kind=REFUSED,
                unit=sending.entry.unit,
                matter=sending.matter,
                key=str(sending.pk),
                urgency=sending.matter.urgency,
                by=actors.system(sending.matter.county_id),
                now=now,
            )
