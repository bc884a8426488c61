"""Units come into matters and leave them, residents restrict, guardianships and mandates begin and end,
emergencies are opened and end by themselves, in any order. After each step a model of its own says who sees
which matter: the single decision and the list both agree with it, and each look is one row of the log."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import NotPossible, Refused, may, require, show, visible
from kehra.kernel.accounts.models import Choice, ChoiceEnded, User
from kehra.kernel.accounts.tests.cast import LONG_AGO, TODAY, Cast
from kehra.kernel.accounts.tests.machines import CastMachine, run
from kehra.kernel.audit.models import AuditEntry
from kehra.kernel.people.models import EmergencyAccess, Guardianship, Mandate, Restriction
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.permissions import READ
from kehra.serve.matters.tests.situations import make_matter
from kehra.serve.rights.actions import emergencies, restricting
from kehra.serve.rights.models import Threshold

RESIDENTS = ("eero", "aino", "sari")
UNITS = ("station", "other_station", "social", "parish")
# Those who work with residents, and their unit; a manager, an officer and another county see nothing.
WORKERS = {"liisa": "station", "olli": "station", "noora": "other_station", "sami": "social", "pia": "parish"}
OTHERS = ("mikko", "tiina", "karl", "elsa", "marja", "pekka")
# Who may come to act for whom.
ACTING = (("marja", "aino"), ("pekka", "aino"), ("elsa", "eero"))

residents, units, workers = map(st.sampled_from, (RESIDENTS, UNITS, tuple(WORKERS)))


class Rights(CastMachine):
    @initialize()
    def begin(self) -> None:
        cast = self.cast
        Threshold.objects.filter(code="minor_restricts").update(amount=6)  # Aino may decide.
        self.matters = {name: make_matter(cast, getattr(cast, name)) for name in RESIDENTS}
        self.takes_part = {(name, "station") for name in RESIDENTS}
        self.restricted: dict[tuple[str, str], Restriction] = {}
        self.emergencies: dict[tuple[str, str], EmergencyAccess] = {}
        self.acting = {("marja", "aino")}

    @rule(name=residents, unit=units)
    def a_unit_comes(self, name: str, unit: str) -> None:
        if (name, unit) not in self.takes_part:
            matter = self.matters[name]
            matter.participations.create(unit=getattr(self.cast, unit), right="part", started_at=self.now)
            matter.refresh_viewers(self.now)
            self.takes_part.add((name, unit))

    @rule(name=residents, unit=units)
    def a_unit_leaves(self, name: str, unit: str) -> None:
        if (name, unit) in self.takes_part and unit != "station":
            matter = self.matters[name]
            self.pass_time(1)
            taking_part = matter.participations.filter(unit=getattr(self.cast, unit), ended_at=None)
            taking_part.update(ended_at=self.now)
            matter.refresh_viewers(self.now)
            self.takes_part.discard((name, unit))

    @rule(name=residents, unit=units)
    def a_unit_is_restricted(self, name: str, unit: str) -> None:
        resident = getattr(self.cast, name)
        try:
            made = restricting.restrict_unit(
                resident, getattr(self.cast, unit), by=self.cast.actor(name), now=self.now
            )
        except NotPossible:
            return
        self.restricted[name, unit] = made

    @rule()
    def a_child_restricts_those_who_act(self) -> None:
        made = restricting.restrict_those_acting(self.cast.aino, by=self.cast.actor("aino"), now=self.now)
        self.restricted["aino", "acting"] = made

    @rule(data=st.data())
    def a_restriction_is_withdrawn(self, data: Any) -> None:
        if self.restricted:
            name, what = data.draw(st.sampled_from(sorted(self.restricted)))
            restriction = self.restricted.pop((name, what))
            restricting.withdraw(restriction, by=self.cast.actor(name), now=self.now)

    @rule(who=st.sampled_from(ACTING), until=st.integers(0, 1))
    def acting_begins_or_ends(self, who: tuple[str, str], until: int) -> None:
        actor, name = (getattr(self.cast, one) for one in who)
        Guardianship.objects.filter(guardian=actor, child=name).delete()
        Mandate.objects.filter(delegate=actor, principal=name).delete()
        self.acting.discard(who)
        valid = {"valid_from": LONG_AGO, "valid_until": TODAY + timedelta(days=2 * until)}
        if who[1] == "aino":
            Guardianship.objects.create(guardian=actor, child=name, source="VTJ", **valid)
        else:
            Mandate.objects.create(delegate=actor, principal=name, evidence="suullinen", **valid)
        if until:
            self.acting.add(who)

    @rule(worker=workers, name=residents)
    def an_emergency_is_opened(self, worker: str, name: str) -> None:
        resident = getattr(self.cast, name)
        try:
            made = emergencies.open_access(
                resident,
                "Tajuton päivystyksessä juuri nyt",
                by=self.cast.actor(worker, now=self.now),
                now=self.now,
            )
        except (NotPossible, Refused):
            return
        self.emergencies[worker, name] = made

    @rule(minutes=st.sampled_from([5, 90]))
    def time_passes(self, minutes: int) -> None:
        self.pass_time(minutes)

    @rule(data=st.data(), name=residents)
    def somebody_looks(self, data: Any, name: str) -> None:
        """Whoever sees is in the log, once; whoever does not, is told nothing."""
        who, by = data.draw(st.sampled_from(sorted(self.everybody(), key=lambda one: one[0])))
        matter = self.matters[name]
        before = AuditEntry.objects.count()
        try:
            require(by, READ, matter, now=self.now)
        except Refused as refused:
            looked = not refused.hidden
            assert not looked
        else:
            looked = True
            entry = AuditEntry.objects.order_by("pk").last()
            assert entry is not None
            assert (entry.residents, entry.matter_id) == ([matter.resident_id], matter.pk)
        assert looked == self.sees(who, name)
        assert AuditEntry.objects.count() - before == looked

    @rule(data=st.data())
    def somebody_opens_a_list(self, data: Any) -> None:
        who, by = data.draw(st.sampled_from(sorted(self.everybody(), key=lambda one: one[0])))
        before = AuditEntry.objects.count()
        rows = show(by, READ, Matter.objects.all(), now=self.now)
        assert {row.pk for row in rows} == {
            self.matters[name].pk for name in RESIDENTS if self.sees(who, name)
        }
        named = {
            resident for entry in AuditEntry.objects.order_by("pk")[before:] for resident in entry.residents
        }
        assert named == {row.resident_id for row in rows}

    @invariant()
    def both_forms_agree_with_the_model(self) -> None:
        if not hasattr(self, "matters"):
            return
        for who, by in self.everybody():
            expected = {name for name in RESIDENTS if self.sees(who, name)}
            matters = Matter.objects.all()
            exact = {
                name
                for name in RESIDENTS
                if may(by, READ, matters.get(pk=self.matters[name].pk), now=self.now)
            }
            listed = set(visible(by, READ, matters).values_list("pk", flat=True))
            assert exact == expected, who
            assert listed == {self.matters[name].pk for name in expected}, who

    # The model

    def everybody(self) -> list[tuple[str, Actor]]:
        """Each in the role that their name says; "marja>aino" acts for Aino."""
        names = (*RESIDENTS, *WORKERS, *OTHERS)
        found = [(name, self.cast.actor(name, now=self.now)) for name in names]
        for actor, name in ACTING:
            choice = Choice(resident_id=getattr(self.cast, name).pk)
            user = User.objects.get(pk=self.cast.user(actor).pk)
            try:
                found.append((f"{actor}>{name}", user.actor(choice, now=self.now)))
            except ChoiceEnded:
                assert (actor, name) not in self.acting
        return found

    def sees(self, who: str, name: str) -> bool:
        if ">" in who:
            return who.endswith(f">{name}") and ("aino", "acting") not in (
                {key for key in self.restricted if key[0] == name}
            )
        if who in WORKERS:
            unit = WORKERS[who]
            access = self.emergencies.get((who, name))
            opened = access is not None and access.opened_at <= self.now < access.ends_at
            return (name, unit) not in self.restricted and ((name, unit) in self.takes_part or opened)
        return who == name


def test_rights_change_in_any_order(cast: Cast) -> None:
    run(Rights, cast)
