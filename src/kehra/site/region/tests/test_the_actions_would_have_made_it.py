"""What was copied is what the actions make: a sample is replayed through them and compared."""

from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pytest

from kehra.kernel.access.actors import Actor
from kehra.kernel.accounts.models import Choice, User
from kehra.kernel.audit.models import AuditEntry
from kehra.kernel.journal.models import JournalEntry
from kehra.serve.assessments import actions as assessing
from kehra.serve.assessments.models import Assessment, AssessmentPart
from kehra.serve.booking.actions import booking, visiting
from kehra.serve.booking.models.appointments import Appointment
from kehra.serve.interpreting import actions as interpreting
from kehra.serve.interpreting.models import InterpreterRequest
from kehra.serve.matters.actions import opening, work
from kehra.serve.matters.models.matter import Matter
from kehra.serve.messages import actions as messages
from kehra.site.region.load import load_region

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SAMPLE = 15

MATTER = "county_id resident_id service_id unit_id responsible_id sector urgency channel opened_at closed_at outcome viewers barred".split()  # noqa: E501, SIM905
PARTS = {
    "participations": ("unit_id", "right", "shares", "started_at", "ended_at"),
    "entries": ("kind", "sector", "text", "written_at", "professional_id", "unit_id", "supersedes_id"),
    "clocks": ("limit_id", "started_on", "statutory_on", "promised_on", "stopped_on", "kept"),
    "appointments": (
        *("county_id", "resident_id", "professional_id", "unit_id", "site_id", "sector", "manner", "period"),
        *("state", "free_time_id", "made_by", "made_by_user_id", "made_at", "booked_at", "changed_at"),
        *("cancel_reason", "sequence"),
    ),
    "messages": (
        *("sector", "to_resident", "professional_id", "unit_id", "written_by_id", "text", "activity"),
        *("data", "sent_at", "read_at"),
    ),
    "tasks": (
        *("county_id", "unit_id", "professional_id", "resident_id", "kind", "key", "urgency"),
        *("due_on", "opened_at", "done_at", "viewers", "barred"),
    ),
}
IDS = {"appointment", "assessment", "part"}
ASSESSED = ("opened_at", "completed_at", "need_found")
PART = (
    *("kind", "professional_id", "profession", "unit_id", "sector", "situation", "need", "proposal"),
    *("invited_at", "signed_at", "withdrawn_at"),
)
INTERPRETING = (
    "language",
    "manner",
    "provider_id",
    "state",
    "sequence",
    "asked_at",
    "answered_at",
    "answered_by_id",
)
JOURNAL = ("at", "happened_at", "activity", "county_id", "unit_id", "role", "data")
AUDIT = (
    *("at", "kind", "action", "rule", "relation", "purpose", "county_id", "actor_kind", "actor_user_id"),
    *("actor_name", "actor_role", "unit_id", "on_behalf_of_id", "residents"),
)


@pytest.mark.django_db
def test_a_sample_of_the_county_equals_its_replay_through_the_actions() -> None:
    load_region(scale=Fraction(1, 1000), now=NOW)
    for matter in _sample():
        told, audit = _told(matter), _audit(matter)
        replayed = _Replay(matter).run()
        again = _told(replayed)
        for what in told:
            assert again[what] == told[what], f"{what} of matter {matter.pk}"
        assert _audit(replayed) == audit


def _sample() -> list[Matter]:
    """Matters of every sector and state, and those opened in each way; the cast's were made by actions."""
    matters = list(Matter.objects.exclude(resident__user__sub__startswith="cast-").order_by("pk"))
    interpreted = set(InterpreterRequest.objects.values_list("appointment__matter", flat=True))
    kinds: dict[Any, Matter] = {}
    for matter in matters:
        kinds.setdefault(
            (matter.sector, matter.channel, matter.is_open, matter.responsible_id is None), matter
        )
        kinds.setdefault(matter.pk in interpreted, matter)
    chosen = [*kinds.values(), *matters[:: len(matters) // SAMPLE]]
    return list({matter.pk: matter for matter in chosen}.values())


class _Replay:
    """Does again what the journal of a matter says, by the same people at the same instants."""

    def __init__(self, matter: Matter) -> None:
        self.matter = matter
        self.visits = list(matter.appointments.order_by("pk"))
        self.texts = list(matter.entries.values_list("text", flat=True))

    def run(self) -> Matter:
        journal = list(JournalEntry.objects.filter(matter_id=self.matter.pk).order_by("seq"))
        InterpreterRequest.objects.filter(appointment__matter=self.matter).delete()
        Appointment.objects.filter(matter=self.matter).delete()  # nobody can be twice in one place
        again = self._open(journal[0])
        for entry in journal[1:]:
            app, _dot, what = entry.activity.partition(".")
            getattr(self, f"_{app}")(Matter.objects.get(pk=again.pk), what, entry)
        self._read(again)
        return Matter.objects.get(pk=again.pk)

    def _matters(self, again: Matter, what: str, entry: JournalEntry) -> None:
        by = self._actor(entry)
        match what:
            case "taken":
                work.take(again, by=by, now=entry.at)
            case "urgency_set":
                work.set_urgency(again, entry.data["urgency"], by=by, now=entry.at)
            case "written":
                work.write(again, self.texts.pop(0), by=by, now=entry.at)
            case "closed":
                work.close(again, entry.data["outcome"], by=by, now=entry.at)
            case "promised" | "clock_stopped":
                pass  # follows from the others
            case _:
                raise AssertionError(f"The replay does not know matters.{what}.")

    def _booking(self, again: Matter, what: str, entry: JournalEntry) -> None:
        by = self._actor(entry)
        match what:
            case "booked":
                booking.book(again, self.visits.pop(0).free_time, by=by, now=entry.at)
            case "done":
                visiting.mark_done(again.appointments.get(), by=by, now=entry.at)
            case _:
                raise AssertionError(f"The replay does not know booking.{what}.")

    def _interpreting(self, again: Matter, what: str, entry: JournalEntry) -> None:
        match what:
            case "requested":
                pass  # follows from the booking
            case "confirmed":
                request = InterpreterRequest.objects.get(appointment__matter=again)
                interpreting.answer(request, found=True, by=self._actor(entry), now=entry.at)
            case _:
                raise AssertionError(f"The replay does not know interpreting.{what}.")

    def _assessments(self, again: Matter, what: str, entry: JournalEntry) -> None:
        by = self._actor(entry)
        match what:
            case "begun":
                assessing.begin(again, by=by, now=entry.at)
            case "part_signed":
                self._sign(again.assessments.get(), by, entry.at)
            case "completed":
                found = entry.data["need_found"]
                assessing.complete(again.assessments.get(), need_found=found, by=by, now=entry.at)
            case _:
                raise AssertionError(f"The replay does not know assessments.{what}.")

    def _sign(self, assessment: Assessment, by: Actor, now: datetime) -> None:
        texts = AssessmentPart.objects.values("situation", "need", "proposal")
        written = texts.get(assessment__matter=self.matter)
        part = assessing.write_part(assessment.parts.get(), **written, by=by, now=now)
        assessing.sign_part(part, by=by, now=now)

    def _read(self, again: Matter) -> None:
        """Whoever opened the thread opens it again."""
        read = AuditEntry.objects.filter(matter_id=self.matter.pk, action="matters.decide_own").first()
        if read is not None:
            user = User.objects.get(pk=read.actor_user_id)
            by = user.actor(Choice(resident_id=read.on_behalf_of_id), now=read.at)
            messages.mark_read(again, by=by, now=read.at)

    def _open(self, entry: JournalEntry) -> Matter:
        matter = self.matter
        return opening.open_matter(
            matter.resident,
            matter.service,
            unit=matter.unit,
            channel=matter.channel,
            need=self.texts.pop(0),
            urgency=entry.data["urgency"],
            by=self._actor(entry),
            now=entry.at,
        )

    def _actor(self, entry: JournalEntry) -> Actor:
        audit = AuditEntry.objects.filter(
            at=entry.at, residents__contains=[self.matter.resident_id], kind="write"
        ).first()
        assert audit is not None, f"nobody did {entry.activity}"
        user = User.objects.get(pk=audit.actor_user_id)
        return user.actor(Choice(resident_id=audit.on_behalf_of_id), now=entry.at)


def _told(matter: Matter) -> dict[str, Any]:
    """Everything the rows say of a matter, without their ids."""
    told: dict[str, Any] = {"matter": {name: getattr(matter, name) for name in MATTER}}
    for parts, fields in PARTS.items():
        told[parts] = list(getattr(matter, parts).order_by("pk").values(*fields))
    journal = JournalEntry.objects.filter(matter_id=matter.pk).order_by("seq")
    told["journal"] = list(journal.values(*JOURNAL))
    for row in [*told["journal"], *told["messages"]]:
        row["data"] = {name: value for name, value in row["data"].items() if name not in IDS}
    for row in told["tasks"]:
        row["key"] = bool(row["key"])  # an id
    asked = InterpreterRequest.objects.filter(appointment__matter=matter)
    told["interpreting"] = list(asked.values(*INTERPRETING))
    told["assessments"] = list(matter.assessments.values("unit_id", "sector", *ASSESSED))
    told["parts"] = list(AssessmentPart.objects.filter(assessment__matter=matter).values(*PART))
    return told


def _audit(matter: Matter) -> list[dict[str, Any]]:
    """What the log says of writing in the matter itself: reading belongs to pages, and what other apps
    ask in its wake to them."""
    entries = AuditEntry.objects.filter(matter_id=matter.pk, kind="write", action__startswith="matters.")
    return list(entries.order_by("id").values(*AUDIT))
