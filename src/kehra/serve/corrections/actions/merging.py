"""One person was found twice. Everything that names the one record names the other from now on: matters,
appointments, mandates, restrictions, sign-ins, the lot. No row is deleted, and each that was changed is
written down, so that a wrong merge is undone row by row.

The rows are found by their foreign keys, so that no app above or below is forgotten."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import NotPossible, require
from kehra.kernel.people.models import Address, Identifier, Resident, Restriction
from kehra.serve.booking.models.appointments import Appointment
from kehra.serve.corrections import signals
from kehra.serve.corrections.actions import incidents
from kehra.serve.corrections.models import Correction, Incident, Likeness, Merge, MergedRow
from kehra.serve.corrections.permissions import MERGE, SEPARATE, Pair
from kehra.serve.matters.actions.telling import tell
from kehra.serve.matters.models.matter import Matter
from kehra.serve.tasks.models import Task

# What says of a record itself, not of the person: it stays with its record.
OF_THE_RECORD = (Resident, Address, Identifier, Merge, Likeness, Correction, Incident)
# What the one who stays gets if it was not known of them.
FILLED = ("birth_date", "municipality_id", "interpreter_language", "email", "phone", "sms")


@transaction.atomic
def merge(gone: Resident, stays: Resident, reason: str, *, by: Actor, now: datetime) -> Merge:
    """`gone` is another record of the person of `stays`. Merged twice is merged once. Raises NotPossible
    without a reason, when the record with the identity code would go, when the two are expected in two
    places at once, and when a unit that one has forbidden answers for an open matter of the other."""
    gone, stays = _locked(gone, stays)
    require(by, MERGE, Pair(gone, stays), now=now)
    done = Merge.objects.filter(gone=gone, stays=stays, undone_at=None).first()
    if done is not None:
        return done
    _must_be_mergeable(gone, stays, reason)
    made = Merge.objects.create(
        county_id=stays.county_id,
        gone=gone,
        stays=stays,
        reason=reason.strip(),
        made_at=now,
        professional_id=by.professional_id or 0,
        unit_id=by.unit_id or 0,
    )
    matters = list(Matter.objects.filter(resident=gone).select_for_update().order_by("pk"))
    _repoint(made)
    _complete(made)
    gone.merged_into = stays
    gone.save(update_fields=["merged_into"])
    _refresh(stays, now=now)
    for matter in matters:
        matter.refresh_from_db()
        if matter.mistaken_at is None:
            tell(signals.JOINED, matter, by=by, now=now, about=made)
    return made


@transaction.atomic
def separate(made: Merge, reason: str, *, by: Actor, now: datetime) -> Merge:
    """The two were two persons: each row that the merge changed is as it was, unless it has been changed
    since. What came after the merge stays with the record that stayed. The officer is told of the breach.
    Separated twice is separated once."""
    gone, stays = _locked(made.gone, made.stays)
    made = Merge.objects.select_for_update().get(pk=made.pk)
    require(by, SEPARATE, made, now=now)
    if made.undone_at is not None:
        return made
    if not reason.strip():
        raise NotPossible(_("Say how you know that they are two persons."))
    if stays.merged_into_id is not None:
        raise NotPossible(_("The record that stayed was joined to another one later. Separate those first."))
    moved = {row.row for row in made.rows.filter(model="matters.Matter", field="resident_id")}
    matters = list(Matter.objects.filter(pk__in=moved).select_for_update().order_by("pk"))
    for row in reversed(list(made.rows.all())):
        _restore(row)
    made.undone_at, made.undone_by_id, made.undone_reason = now, by.professional_id, reason.strip()
    made.save(update_fields=["undone_at", "undone_by", "undone_reason"])
    gone.refresh_from_db()
    gone.merged_into = None
    gone.save(update_fields=["merged_into"])
    for one in (gone, stays):
        _refresh(one, now=now)
    for matter in matters:
        matter.refresh_from_db()
        if matter.resident_id == gone.pk and matter.mistaken_at is None:
            tell(signals.SEPARATED, matter, by=by, now=now, about=made)
    incidents.note(gone, stays, of=made, since=made.made_at, by=by, now=now)
    return made


def _references() -> Iterator[tuple[type[models.Model], str]]:
    """Every table and column that names a resident as a person."""
    for relation in Resident._meta.related_objects:
        model = apps.get_model(relation.related_model._meta.label)
        if not issubclass(model, OF_THE_RECORD):
            yield model, relation.field.attname


def _locked(gone: Resident, stays: Resident) -> tuple[Resident, Resident]:
    """Both rows as they are, always locked in one order."""
    both = {
        one.pk: one
        for one in Resident.objects.select_for_update().filter(pk__in=[gone.pk, stays.pk]).order_by("pk")
    }
    return both[gone.pk], both[stays.pk]


def _must_be_mergeable(gone: Resident, stays: Resident, reason: str) -> None:
    if not reason.strip():
        raise NotPossible(_("Say how you know that they are one person."))
    if gone.pk == stays.pk or gone.county_id != stays.county_id:
        raise NotPossible(_("Choose two records of this county."))
    if gone.merged_into_id is not None or stays.merged_into_id is not None:
        raise NotPossible(_("One of these records has been joined to another one already."))
    if gone.identified and not stays.identified:
        raise NotPossible(_("The record with the identity code must be the one that stays."))
    forbidden = Restriction.objects.filter(
        resident__in=(gone, stays), unit__isnull=False, withdrawn_at=None
    ).values("unit")
    unseen = Matter.objects.filter(resident__in=(gone, stays), closed_at=None, unit__in=forbidden).first()
    if unseen is not None:
        raise NotPossible(
            _(
                "%(unit)s answers for an open matter, and the other record forbids it to see anything. "
                "Have the matter handed over or closed first."
            )
            % {"unit": unseen.unit}
        )


def _repoint(made: Merge) -> None:
    for model, column in _references():
        for row in model._default_manager.filter(**{column: made.gone_id}).order_by("pk"):
            _set(made, row, column, made.stays_id)


def _complete(made: Merge) -> None:
    """The stricter holds, and what only the other record knew is not lost."""
    stays = made.stays
    stays.refresh_from_db()
    if made.gone.address_protected and not stays.address_protected:
        _set(made, stays, "address_protected", True)
    for name in FILLED:
        if not getattr(stays, name) and getattr(made.gone, name):
            _set(made, stays, name, getattr(made.gone, name))


def _set(made: Merge, row: models.Model, column: str, value: Any) -> None:
    """Changes one value and writes down which it was. What both records have alike stays where it is."""
    before = getattr(row, column)
    try:
        with transaction.atomic():
            type(row)._default_manager.filter(pk=row.pk).update(**{column: value})
    except IntegrityError as error:
        if isinstance(row, Appointment):
            raise NotPossible(
                _("The two records have appointments at the same time. Cancel or move one of them first.")
            ) from error
        return  # the same restriction, a guardian or mandate between the two: the other record has it
    MergedRow.objects.create(
        merge=made,
        model=row._meta.label,
        row=row.pk,
        field=column,
        before=_plain(before),
        after=_plain(value),
    )


def _restore(row: MergedRow) -> None:
    """As it was before the merge, if nobody has changed it since."""
    model = apps.get_model(row.model)
    for found in model._default_manager.filter(pk=row.row):
        if _plain(getattr(found, row.field)) == row.after:
            type(found)._default_manager.filter(pk=found.pk).update(**{row.field: row.before})


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _refresh(resident: Resident, *, now: datetime) -> None:
    """Who sees what of the person, by the restrictions and holders of now."""
    for matter in Matter.objects.filter(resident=resident).select_for_update().order_by("pk"):
        matter.refresh_viewers(now)
    for task in Task.objects.waiting().filter(resident=resident, matter=None):
        task.keep_viewers()
        task.save(update_fields=["viewers", "barred"])
