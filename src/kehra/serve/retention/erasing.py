"""Rows are removed with everything that points at them, whoever declared it: an app that is added later
needs nothing here. What has no foreign key (the log of uses, the journal) is not reached."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import models

from kehra.kernel.accounts.models import User
from kehra.kernel.people.models import Address, Guardianship, Mandate, Resident

Found = dict[type[models.Model], set[Any]]


def erase(model: type[models.Model], keys: Iterable[Any]) -> Found:
    """Removes the rows with these keys and all that points at them; which they were. Foreign keys are
    checked when the transaction ends, so the order is of no matter. Call it in a transaction."""
    found: Found = {}
    _collect(model, set(keys), found)
    for one, ones in found.items():
        rows: Any = one._base_manager.filter(pk__in=ones)
        rows._raw_delete(rows.db)
    return found


def forget(residents: Iterable[int], *, since: datetime, today: date) -> int:
    """Removes the identity of those of whom nothing is left: no matter, nobody they act for, no sign-in
    after `since`. Returns how many."""
    gone = [pk for pk in set(residents) if not _something_is_left(pk, since, today)]
    erase(Resident, gone)
    return len(gone)


def _collect(model: type[models.Model], keys: set[Any], found: Found) -> None:
    new = keys - found.setdefault(model, set())
    if not new:
        return
    found[model] |= new
    for relation in _pointing_at(model):
        child: Any = relation.related_model
        pointing = child._base_manager.filter(**{f"{relation.field.name}__in": new})
        if getattr(relation, "on_delete", None) is models.SET_NULL:
            pointing.update(**{relation.field.name: None})
            continue
        _collect(child, set(pointing.values_list("pk", flat=True)), found)


def _pointing_at(model: type[models.Model]) -> list[Any]:
    """Relations of other models to this one, those of many-to-many tables too."""
    return [
        field
        for field in model._meta.get_fields(include_hidden=True)
        if field.auto_created and not field.concrete and (field.one_to_many or field.one_to_one)
    ]


def _something_is_left(resident: int, since: datetime, today: date) -> bool:
    if User.objects.filter(resident=resident, last_login__gte=since).exists():
        return True
    if Guardianship.objects.on(today).filter(models.Q(guardian=resident) | models.Q(child=resident)).exists():
        return True
    if Mandate.objects.on(today).filter(models.Q(principal=resident) | models.Q(delegate=resident)).exists():
        return True
    goes_with = {Address, User, Guardianship, Mandate}
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: resident}).exists()
        for relation in _pointing_at(Resident)
        if relation.related_model not in goes_with
    )
