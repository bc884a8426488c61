"""Times are held, booked, moved, cancelled and offered in any order, while the clock goes on: a small model
of who has which time says beforehand whether it can be, and the rows agree with it after each step."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db import connection
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from kehra.kernel.access.permissions import NotPossible
from kehra.kernel.accounts.tests.cast import Cast
from kehra.kernel.accounts.tests.machines import CastMachine, run
from kehra.serve.booking.actions import booking, changing, offering
from kehra.serve.booking.models.appointments import Appointment, Offer, State, not_taken
from kehra.serve.booking.models.times import FreeTime, HoldRule
from kehra.serve.booking.tests.situations import make_time
from kehra.serve.matters.tests.situations import make_taken_matter

PEOPLE = ("eero", "eero", "elsa", "marja", "aino")  # Eero has two matters; Marja acts for Aino.
SLOTS = [(name, hour) for hour in (9, 10) for name in ("liisa", "olli")]
HOLD = timedelta(minutes=HoldRule().minutes)

matters = st.integers(0, len(PEOPLE) - 1)
slots = st.integers(0, len(SLOTS) - 1)


@dataclass
class Bound:
    """Who has a time, as what, and until when if not for good."""

    matter: int
    state: str
    until: datetime | None = None
    offer: int = 0


class Booking(CastMachine):
    @initialize()
    def begin(self) -> None:
        cast = self.cast
        self.residents = [getattr(cast, name) for name in PEOPLE]
        self.actors = [
            cast.actor("marja", acting_for=cast.aino) if name == "aino" else cast.actor(name)
            for name in PEOPLE
        ]
        self.matters = [make_taken_matter(cast, resident) for resident in self.residents]
        self.times = [make_time(cast, name, at=time(hour)) for name, hour in SLOTS]
        self.bound: dict[int, Bound] = {}
        self.appointments: dict[int, Appointment] = {}

    @rule(minutes=st.sampled_from([1, 6, 12]))
    def time_passes(self, minutes: int) -> None:
        self.pass_time(minutes)

    @rule(matter=matters, slot=slots)
    def hold(self, matter: int, slot: int) -> None:
        own = {number for number, one in self.alive().items() if one == self.held_by(matter)}
        if slot in own:
            possible = True
        else:
            possible = self.few_held(matter, slot, own) and (slot in own or self.free(slot))
        before = self.held_by(matter)
        if self.tries(booking.hold, matter, slot, possible) and not (own and slot in own):
            self.forget(before)
            self.bound[slot] = Bound(matter, "held", self.now + HOLD)

    @rule(matter=matters, slot=slots)
    def book(self, matter: int, slot: int) -> None:
        if matter in self.appointments:
            possible = self.slot_of(matter) == slot
            self.tries(booking.book, matter, slot, possible)
            return
        possible = self.free(slot, own=matter) and not self.elsewhere(matter, slot)
        if self.tries(booking.book, matter, slot, possible):
            self.drop(matter, "held", "offered")
            self.settle(matter, slot)

    @precondition(lambda self: self.appointments)
    @rule(data=st.data(), slot=slots)
    def move(self, data: Any, slot: int) -> None:
        matter = data.draw(st.sampled_from(sorted(self.appointments)))
        before = self.slot_of(matter)
        own = self.held_by(matter)
        free = slot == before or self.free(slot) or (own is not None and self.bound.get(slot) is own)
        possible = free and not self.elsewhere(matter, slot)
        try:
            changing.move(self.appointments[matter], self.times[slot], by=self.actors[matter], now=self.now)
        except NotPossible:
            assert not possible
        else:
            assert possible
            del self.bound[before]
            self.drop(matter, "held")
            self.settle(matter, slot)

    @precondition(lambda self: self.appointments)
    @rule(data=st.data())
    def cancel(self, data: Any) -> None:
        matter = data.draw(st.sampled_from(sorted(self.appointments)))
        for _twice in range(2):
            changing.cancel(self.appointments[matter], by=self.actors[matter], now=self.now)
        del self.bound[self.slot_of(matter)]
        del self.appointments[matter]

    @rule(matter=matters, slot=slots)
    def offer(self, matter: int, slot: int) -> None:
        if matter in self.appointments:
            return  # A unit may well give a second visit; the model keeps one.
        waits = any(one.state == "offered" and one.matter == matter for one in self.alive().values())
        until = self.now + timedelta(minutes=20)
        try:
            made = offering.offer(
                self.matters[matter],
                [self.times[slot]],
                answer_by=until,
                by=self.cast.actor("liisa"),
                now=self.now,
            )
        except NotPossible:
            assert waits or not self.free(slot)
        else:
            assert self.free(slot)
            assert not waits
            self.bound[slot] = Bound(matter, "offered", until, made.pk)

    @rule(slot=slots, accept=st.booleans())
    def answer(self, slot: int, accept: bool) -> None:
        found = self.alive().get(slot)
        if found is None or found.state != "offered":
            return
        matter, offer = found.matter, Offer.objects.get(pk=found.offer)
        if not accept:
            offering.decline_offer(offer, by=self.actors[matter], now=self.now)
            del self.bound[slot]
            return
        possible = not self.elsewhere(matter, slot)
        try:
            offering.accept_offer(offer.times.get(), by=self.actors[matter], now=self.now)
        except NotPossible:
            assert not possible
        else:
            assert possible
            self.drop(matter, "held", "offered")
            self.settle(matter, slot)

    @invariant()
    def rows_agree(self) -> None:
        if not hasattr(self, "times"):
            return
        rows = Appointment.objects.binding(self.now).values_list("free_time", "matter", "state")
        expected = {
            (self.times[slot].pk, self.matters[one.matter].pk, one.state)
            for slot, one in self.alive().items()
        }
        assert set(rows) == expected
        free = set(not_taken(FreeTime.objects.all(), self.now).values_list("pk", flat=True))
        assert free == {one.pk for one in self.times} - {pk for pk, _, _ in expected}

    @invariant()
    def nobody_is_in_two_places(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "select count(*) from booking_appointment a join booking_appointment b on a.id < b.id "
                "and a.period && b.period where a.state in ('booked', 'arrived') "
                "and b.state in ('booked', 'arrived') "
                "and (a.professional_id = b.professional_id or a.resident_id = b.resident_id)"
            )
            assert cursor.fetchone() == (0,)

    # The model

    def alive(self) -> dict[int, Bound]:
        return {slot: one for slot, one in self.bound.items() if one.until is None or one.until > self.now}

    def free(self, slot: int, own: int = -1) -> bool:
        found = self.alive().get(slot)
        return found is None or (found.matter == own and found.state != "booked")

    def held_by(self, matter: int) -> Bound | None:
        held = (one for one in self.alive().values() if one.matter == matter and one.state == "held")
        return next(held, None)

    def few_held(self, matter: int, slot: int, own: set[int]) -> bool:
        held = {one: bound for one, bound in self.alive().items() if bound.state == "held" and one not in own}
        resident, user = self.residents[matter], self.actors[matter].user_id
        of_resident = sum(self.residents[one.matter] == resident for one in held.values())
        of_user = sum(self.actors[one.matter].user_id == user for one in held.values())
        of_day = sum(SLOTS[one][0] == SLOTS[slot][0] for one in held)
        rule = HoldRule()
        return of_resident < rule.per_resident and of_user < rule.per_user and of_day < rule.most_of(2)

    def elsewhere(self, matter: int, slot: int) -> bool:
        """Whether the resident has another appointment at the hour of the slot."""
        return any(
            one.state == "booked"
            and one.matter != matter
            and self.residents[one.matter] == self.residents[matter]
            and SLOTS[other][1] == SLOTS[slot][1]
            for other, one in self.bound.items()
        )

    def tries(self, action: Any, matter: int, slot: int, possible: bool) -> bool:
        """Whether it could be done; it could if and only if the model says so."""
        try:
            action(self.matters[matter], self.times[slot], by=self.actors[matter], now=self.now)
        except NotPossible:
            assert not possible
            return False
        assert possible
        return True

    def drop(self, matter: int, *states: str) -> None:
        self.bound = {
            slot: one for slot, one in self.bound.items() if one.matter != matter or one.state not in states
        }

    def forget(self, bound: Bound | None) -> None:
        self.bound = {slot: one for slot, one in self.bound.items() if one is not bound}

    def settle(self, matter: int, slot: int) -> None:
        self.bound[slot] = Bound(matter, "booked")
        self.appointments[matter] = Appointment.objects.get(matter=self.matters[matter], state=State.BOOKED)

    def slot_of(self, matter: int) -> int:
        return next(s for s, one in self.bound.items() if one.matter == matter and one.state == "booked")


def test_booking_in_any_order(cast: Cast) -> None:
    run(Booking, cast)
