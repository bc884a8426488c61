"""What each action writes, written as rows. A test replays a sample through the actions themselves and
compares, so a change of an action that is not followed here is found."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from kehra.kernel.access import actors
from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import Permission, Rule
from kehra.kernel.audit.models import AuditEntry, AuditKind
from kehra.kernel.catalogue.models import Service
from kehra.kernel.journal.models import Activity, JournalEntry, coded
from kehra.kernel.organisations.models import Unit
from kehra.kernel.time import helsinki
from kehra.library.operating_models.models import LimitRow
from kehra.serve.matters import permissions, rules, signals
from kehra.serve.matters.models.clock import Clock
from kehra.serve.matters.models.matter import Matter, Urgency
from kehra.serve.matters.models.participation import Participation, Right
from kehra.serve.matters.models.record import Entry, PartKind
from kehra.serve.messages.models import Message
from kehra.serve.messages.triggers import SILENT
from kehra.serve.tasks.models import Task
from kehra.serve.tasks.rules import earliest
from kehra.serve.tasks.signals import MATTER
from kehra.site.region.copying import Table
from kehra.site.region.history.promises import Promises
from kehra.site.region.people.residents import Person

Row = dict[str, Any]


@dataclass
class Running:
    """A matter while its history is written: its rows, and what the next step reads of them."""

    row: Row
    person: Person
    service: Service
    unit: Unit
    clocks: list[tuple[Row, LimitRow]] = field(default_factory=list)
    tasks: list[Row] = field(default_factory=list)
    notices: list[Row] = field(default_factory=list)

    def due_on(self) -> date | None:
        """The first day promised by a clock that runs."""
        return earliest(clock["promised_on"] for clock, _limit in self.clocks if clock["stopped_on"] is None)


class Steps:
    """The tables of matters, and a method for each action that writes them."""

    def __init__(self, promises: Promises) -> None:
        self.promises = promises
        self.matters = Table(Matter)
        self.participations = Table(Participation)
        self.entries = Table(Entry)
        self.clocks = Table(Clock)
        self.tasks = Table(Task)
        self.messages = Table(Message)
        self.journal = Table(JournalEntry, id_column="seq")
        self.audit = Table(AuditEntry)

    def tables(self) -> list[Table]:
        """In the order of copying."""
        return [
            self.matters,
            self.participations,
            self.entries,
            self.clocks,
            self.tasks,
            self.messages,
            self.journal,
            self.audit,
        ]

    def open_matter(
        self,
        person: Person,
        service: Service,
        unit: Unit,
        *,
        channel: str,
        need: str,
        urgency: int,
        by: Actor,
        at: datetime,
    ) -> Running:
        """As `opening.open_matter`."""
        self._log(by, permissions.OPEN, _opening_rule(by), person, None, at)
        resident = actors.resident_holder(person.id)
        row = self.matters.add(
            county_id=person.county,
            resident_id=person.id,
            service_id=service.pk,
            unit_id=unit.pk,
            sector=service.sector,
            urgency=urgency,
            channel=channel,
            opened_at=at,
            viewers=sorted({resident, actors.emergency_holder(person.id), actors.unit_holder(unit.pk)}),
            barred=[actors.own_holder(person.id)],
        )
        matter = Running(row, person, service, unit)
        self.participations.add(matter_id=row["id"], unit_id=unit.pk, right=Right.WORK.value, started_at=at)
        if need:
            self._entry(matter, PartKind.NEED, service.sector, need, by, at)
        self.tell(signals.OPENED, matter, by, at, service=service.code, channel=channel, urgency=urgency)
        self._open_task(matter, at)
        self.start_clocks(matter, "contact", by, at)
        if by.professional_id is not None:
            self._answer_by_judging(matter, by, at, judged=urgency != Urgency.UNKNOWN)
        return matter

    def look(self, matter: Running, by: Actor, at: datetime) -> None:
        """A page of the matter was opened, as its view asks."""
        rule = permissions.UNIT_TAKES_PART if by.unit_id else permissions.RESIDENT
        self.log(by, permissions.READ, rule, matter, at)

    def take(self, matter: Running, by: Actor, at: datetime) -> None:
        """As `work.take`."""
        self.log(by, permissions.ANSWER_FOR, permissions.UNIT_ANSWERS, matter, at)
        matter.row["responsible_id"] = by.professional_id
        for task in matter.tasks:
            task["professional_id"] = by.professional_id
        self.tell(signals.TAKEN, matter, by, at)
        self.stop_clocks(matter, by, at, *rules.BY_REACHING)

    def set_urgency(self, matter: Running, urgency: Urgency, by: Actor, at: datetime) -> None:
        """As `work.set_urgency`."""
        self.log(by, permissions.WORK, permissions.UNIT_WORKS, matter, at)
        matter.row["urgency"] = urgency.value
        for task in matter.tasks:
            task["urgency"] = urgency.value
        self.tell(signals.URGENCY_SET, matter, by, at, urgency=urgency.value)
        self._answer_by_judging(matter, by, at, judged=True)

    def _answer_by_judging(self, matter: Running, by: Actor, at: datetime, *, judged: bool) -> None:
        """As `work.answer_by_judging`; everybody who works in a made-up county is registered."""
        answered = self.stop_clocks(
            matter, by, at, *(rules.BY_JUDGING_URGENCY if judged else rules.BY_REACHING)
        )
        if rules.ASSESSMENT in answered:
            self.start_clocks(matter, "assessed", by, at)

    def write(self, matter: Running, text: str, by: Actor, at: datetime) -> None:
        """As `work.write`."""
        self.log(by, permissions.WORK, permissions.UNIT_WORKS, matter, at)
        self._entry(matter, PartKind.ENTRY, by.sector or matter.service.sector, text, by, at)
        self.tell(signals.WRITTEN, matter, by, at)

    def close(self, matter: Running, outcome: str, by: Actor, at: datetime) -> None:
        """As `work.close`."""
        self.log(by, permissions.ANSWER_FOR, permissions.UNIT_ANSWERS, matter, at)
        self.stop_clocks(matter, by, at)
        matter.row["closed_at"] = at
        matter.row["outcome"] = outcome
        for task in matter.tasks:
            task["done_at"] = at
        self.tell(signals.CLOSED, matter, by, at, outcome=outcome)

    def start_clocks(self, matter: Running, event: str, by: Actor, at: datetime) -> None:
        """As `Clock.objects.start_for` and `tell_promises`."""
        age = matter.person.age_on(helsinki.today(at))
        running = {limit.code for clock, limit in matter.clocks if clock["stopped_on"] is None}
        started = [
            (
                self.clocks.add(
                    matter_id=matter.row["id"],
                    limit_id=promise.limit.pk,
                    started_on=promise.started_on,
                    statutory_on=promise.due_on,
                    promised_on=promise.due_on,
                ),
                promise.limit,
            )
            for promise in self.promises.started(matter.service.limit_group, event, age, matter.unit, at)
            if promise.limit.code not in running
        ]
        matter.clocks += started
        for clock, limit in started:
            self.tell(signals.PROMISED, matter, by, at, due_on=clock["promised_on"], limit=limit.code)
        if started:
            self._follow_promise(matter)

    def stop_clocks(self, matter: Running, by: Actor, at: datetime, *promises: str) -> set[str]:
        """As `Clock.objects.stop_for` and `tell_stopped`. Returns which promises were answered."""
        day = helsinki.today(at)
        stopped = [
            (clock, limit)
            for clock, limit in matter.clocks
            if clock["stopped_on"] is None and (not promises or limit.promise in promises)
        ]
        for clock, _limit in stopped:
            clock["stopped_on"] = day
            clock["kept"] = day <= clock["promised_on"]
        for clock, limit in stopped:
            self.tell(signals.CLOCK_STOPPED, matter, by, at, limit=limit.code, kept=clock["kept"])
        if stopped:
            self._follow_promise(matter)
        return {limit.promise for _clock, limit in stopped}

    def tell(
        self, activity: Activity, matter: Running, by: Actor, at: datetime, **data: str | int | bool | date
    ) -> None:
        """As `telling.tell`: the journal, and the notice that `messages` makes of it."""
        kept = {name: coded(value) for name, value in data.items()}
        self.journal.add(
            at=at,
            happened_at=at,
            activity=activity.name,
            county_id=matter.row["county_id"],
            matter_id=matter.row["id"],
            unit_id=by.unit_id or matter.row["unit_id"],
            role=by.speaks_as,
            data=kept,
        )
        if by.kind != "resident" and activity.shown and activity.name not in SILENT:
            self._notice(matter, activity, by, at, kept)

    def read_notices(self, matter: Running, by: Actor, at: datetime) -> None:
        """As `messages.mark_read`: the resident, or one who acts for them, opens the thread."""
        rule = permissions.DECIDE_OWN.rules[0 if by.on_behalf_of_id is None else 1]
        self.log(by, permissions.DECIDE_OWN, rule, matter, at)
        for notice in matter.notices:
            notice["read_at"] = at

    def _notice(self, matter: Running, activity: Activity, by: Actor, at: datetime, data: Row) -> None:
        matter.notices.append(
            self.messages.add(
                matter_id=matter.row["id"],
                sector=matter.row["sector"],
                to_resident=True,
                unit_id=by.unit_id,
                activity=activity.name,
                data=data,
                sent_at=at,
            )
        )

    def _open_task(self, matter: Running, at: datetime) -> None:
        matter.tasks.append(
            self.tasks.add(
                county_id=matter.unit.county_id,
                unit_id=matter.unit.pk,
                resident_id=matter.person.id,
                matter_id=matter.row["id"],
                kind=MATTER.name,
                urgency=matter.row["urgency"],
                opened_at=at,
                viewers=[actors.unit_holder(matter.unit.pk)],
                barred=matter.row["barred"],
            )
        )

    def _follow_promise(self, matter: Running) -> None:
        for task in matter.tasks:
            task["due_on"] = matter.due_on()

    def _entry(
        self, matter: Running, kind: PartKind, sector: str, text: str, by: Actor, at: datetime
    ) -> None:
        self.entries.add(
            matter_id=matter.row["id"],
            kind=kind.value,
            sector=sector,
            text=text,
            written_at=at,
            professional_id=by.professional_id,
            unit_id=by.unit_id,
        )

    def log(self, by: Actor, asked: Permission, rule: Rule, matter: Running, at: datetime) -> None:
        """As `require` on a matter: the ground is in the log."""
        self._log(by, asked, rule, matter.person, matter.row["id"], at)

    def _log(
        self, by: Actor, asked: Permission, rule: Rule, person: Person, matter_id: int | None, at: datetime
    ) -> None:
        self.audit.add(
            at=at,
            kind=AuditKind.WRITE.value if asked.writes else AuditKind.READ.value,
            action=asked.name,
            rule=rule.sentence,
            relation=rule.relation,
            purpose=rule.purpose,
            county_id=person.county,
            actor_kind=by.kind,
            actor_user_id=by.user_id,
            actor_name=by.name,
            actor_role=by.role,
            unit_id=by.unit_id,
            on_behalf_of_id=by.on_behalf_of_id,
            residents=[person.id],
            matter_id=matter_id,
        )


def _opening_rule(by: Actor) -> Rule:
    resident, acting_for, worker = permissions.OPEN.rules
    if by.unit_id is not None:
        return worker
    return resident if by.on_behalf_of_id is None else acting_for
