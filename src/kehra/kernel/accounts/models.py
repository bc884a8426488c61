"""Who signs in, in which roles they work, and who is on duty. The sign-in itself is OpenID
Connect; a user is found by the provider's `sub` and by nothing else."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from kehra.kernel.access import actors
from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import Concern
from kehra.kernel.organisations.models import Unit
from kehra.kernel.people.models import EmergencyAccess, Guardianship, Mandate, Professional, Resident
from kehra.kernel.time import helsinki
from kehra.kernel.time.models import ValidInTime


@dataclass(frozen=True, slots=True)
class Choice:
    """What the session remembers: an assignment to work in, or a resident to act for; neither
    means acting as oneself. Only a wish: what it gives is read anew at each request."""

    assignment_id: int | None = None
    resident_id: int | None = None


class ChoiceEnded(Exception):
    """The assignment, guardianship or mandate that was chosen does not hold any more."""


class User(AbstractBaseUser):
    """Somebody who can sign in, as a resident, as a professional, or both. A person who was found twice and
    had two sign-ins is led to the same resident by either."""

    sub = models.TextField(unique=True)
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, null=True, blank=True)
    professional = models.OneToOneField(Professional, on_delete=models.PROTECT, null=True, blank=True)

    objects = BaseUserManager["User"]()

    USERNAME_FIELD = "sub"

    def actor(self, choice: Choice, *, now: datetime) -> Actor:
        """The actor this user is at `now`. Raises ChoiceEnded."""
        if choice.assignment_id is not None:
            return self._professional_actor(choice.assignment_id, now)
        if choice.resident_id is not None and self.resident is not None:
            return self._actor_for_another(self.resident, choice.resident_id, now)
        if self.resident is not None:
            return self._resident_actor(self.resident)
        assignment = self.assignments(now).first()
        if assignment is None:
            return Actor(kind="nobody", user_id=self.pk)
        return self._professional_actor(assignment.pk, now)

    def concern(self) -> Concern:
        """Their own record, if they have one; no county, for one person may work in two."""
        return Concern(None, (self.resident_id,) if self.resident_id else ())

    def choices(self, now: datetime) -> list[Choice]:
        """All that this user may choose to act as today: themselves, others, then assignments."""
        own = [Choice()] if self.resident_id else []
        others = [Choice(resident_id=one.pk) for one in self.can_act_for(now)]
        return own + others + [Choice(assignment_id=one.pk) for one in self.assignments(now)]

    def assignments(self, now: datetime) -> models.QuerySet["Assignment"]:
        """The assignments that hold today, the oldest first."""
        return (
            Assignment.objects.on(helsinki.today(now))
            .filter(professional__user=self)
            .select_related("unit__organisation", "professional")
            .order_by("pk")
        )

    def guardianships(self, now: datetime) -> models.QuerySet[Guardianship]:
        """Those by which this user may act for a child today."""
        return Guardianship.objects.to_act_on(helsinki.today(now)).filter(guardian=self.resident_id)

    def mandates(self, now: datetime) -> models.QuerySet[Mandate]:
        """Those by which this user may act for an adult today."""
        return Mandate.objects.on(helsinki.today(now)).filter(delegate=self.resident_id)

    def can_act_for(self, now: datetime) -> models.QuerySet[Resident]:
        """The residents whom this user may act for today, by guardianship or mandate."""
        children, principals = self.guardianships(now).values("child"), self.mandates(now).values("principal")
        return Resident.objects.filter(models.Q(pk__in=children) | models.Q(pk__in=principals)).order_by("pk")

    def _resident_actor(self, resident: Resident) -> Actor:
        return Actor(
            kind="resident",
            name=resident.name,
            user_id=self.pk,
            county_id=resident.county_id,
            resident_id=resident.pk,
            own_resident_id=resident.pk,
            holders=frozenset({actors.resident_holder(resident.pk)}),
        )

    def _actor_for_another(self, me: Resident, resident_id: int, now: datetime) -> Actor:
        if self.guardianships(now).filter(child=resident_id).exists():
            ground = "guardianship"
        elif self.mandates(now).filter(principal=resident_id).exists():
            ground = "mandate"
        else:
            raise ChoiceEnded
        return Actor(
            kind="resident",
            name=me.name,
            user_id=self.pk,
            county_id=Resident.objects.values_list("county_id", flat=True).get(pk=resident_id),
            resident_id=resident_id,
            own_resident_id=me.pk,
            on_behalf_of_id=resident_id,
            behalf_ground=ground,
            holders=frozenset({actors.resident_holder(resident_id), actors.behalf_holder(resident_id)}),
        )

    def _professional_actor(self, assignment_id: int, now: datetime) -> Actor:
        assignment = self.assignments(now).filter(pk=assignment_id).first()
        if assignment is None:
            raise ChoiceEnded
        professional, unit = assignment.professional, assignment.unit
        own = {pk for pk in (self.resident_id, professional.resident_id) if pk is not None}
        if own:
            guardianships = Guardianship.objects.on(helsinki.today(now)).filter(guardian__in=own)
            own |= set(guardianships.values_list("child_id", flat=True))
        return Actor(
            kind="professional",
            name=professional.name,
            user_id=self.pk,
            county_id=unit.county_id,
            own_resident_id=self.resident_id or professional.resident_id,
            professional_id=professional.pk,
            profession=professional.profession,
            role=assignment.role,
            assignment_id=assignment.pk,
            unit_id=unit.pk,
            organisation_id=unit.organisation_id,
            sector=unit.sector,
            holders=frozenset(assignment.holders(now) | {actors.own_holder(pk) for pk in own}),
        )


class Assignment(ValidInTime):
    """A professional works in a unit in a role (code system "role"), for a time. Rights follow
    the assignment chosen, never the person."""

    professional = models.ForeignKey(Professional, on_delete=models.PROTECT, related_name="assignments")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="assignments")
    role = models.TextField()

    class Meta(ValidInTime.Meta):
        constraints = [
            *ValidInTime.Meta.constraints,
            models.UniqueConstraint(
                fields=["professional", "unit", "role", "valid_from"], name="assignment_once"
            ),
        ]

    def holders(self, now: datetime) -> set[str]:
        """What one who acts in this assignment may act as at this moment. Only those who do the
        unit's work with residents hold the unit; a manager and an officer do not."""
        holders = set()
        if self.role in WORKING_ROLES:
            holders.add(actors.unit_holder(self.unit_id))
            open_now = EmergencyAccess.objects.filter(
                professional=self.professional_id, unit=self.unit_id, opened_at__lte=now, ends_at__gt=now
            )
            holders |= {actors.emergency_holder(access.resident_id) for access in open_now}
        if self.role == "officer":
            holders.add(actors.officer_holder(self.unit.county_id))
        return holders


# The two roles whose work is with residents: the county's and producers' own staff, and partners'.
WORKING_ROLES = frozenset({"professional", "partner"})


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def in_force(self, now: datetime) -> Self:
        """Those that go on or are still to come; not one that was ended because they came after all."""
        return self.filter(ended_at__isnull=True, period__endswith__gt=now)

    def at(self, moment: datetime) -> Self:
        """Those during which somebody is away at this moment."""
        return self.filter(ended_at__isnull=True, period__contains=moment)

    def away(self, professional_id: int | None, now: datetime) -> bool:
        """Whether this professional is away now."""
        return professional_id is not None and self.at(now).filter(professional=professional_id).exists()


class Absence(models.Model):
    """A professional is away from work during `period`; why is nobody's business here, so `kind` says
    nothing of health. While it holds, nobody books their times, and what would wait for them waits for
    their unit. `unit` is where it was marked; they are away from their other units as well.

    ended_at   when it stopped holding: at its end, or earlier because they came after all
    """

    class Kind(models.TextChoices):
        ABSENT = "absent", _("Away")
        OTHER_WORK = "other_work", _("In other work")

    professional = models.ForeignKey(Professional, on_delete=models.PROTECT, related_name="absences")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="absences")
    kind = models.TextField(choices=Kind.choices, default=Kind.ABSENT)
    period = DateTimeRangeField()
    marked_by = models.ForeignKey(Professional, on_delete=models.PROTECT, related_name="+")
    marked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="absent_once",
                expressions=[("professional", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                condition=models.Q(ended_at__isnull=True),
            ),
            models.CheckConstraint(
                condition=models.Q(period__isempty=False, period__lower_inf=False, period__upper_inf=False),
                name="absence_has_length",
            ),
        ]

    def concern(self) -> Concern:
        """No resident: whom it touches is asked with what is given on."""
        return Concern(self.unit.county_id)

    @property
    def last_day(self) -> date:
        """The last day, in Finland, on which they are away."""
        return helsinki.today(self.period.upper - timedelta(microseconds=1))


class DutyQuerySet(models.QuerySet["Duty"]):
    def on(self, unit: Unit, now: datetime) -> "Duty | None":
        """Who is on duty for the unit at this moment, if their assignment still holds and they are not
        away."""
        duty = self.filter(unit=unit, period__contains=now).select_related("assignment__professional").first()
        if duty is None or not duty.assignment.valid_on(helsinki.today(now)):
            return None
        return None if Absence.objects.away(duty.assignment.professional_id, now) else duty


class Duty(models.Model):
    """Somebody named is on duty for a unit's red flags during `period`."""

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="duties")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="duties")
    period = DateTimeRangeField()

    objects = DutyQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="one_on_duty",
                expressions=[("unit", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            )
        ]


class OnceKey(models.Model):
    """A form was sent: see `once`. `result_path` is where its first submit led."""

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    key = models.UUIDField()
    result_path = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="once_key")]
