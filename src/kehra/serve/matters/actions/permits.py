"""The resident's permit (luovutuslupa, 703/2023 53 §) that lets the other sector see parts of a
matter: asked by a unit, given, narrowed, refused and revoked by the resident. Nothing is shown
before it is given or after it is revoked, because sight is worked out anew at each reading."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import NotPossible, require
from kehra.kernel.journal.models import Activity
from kehra.kernel.organisations.models import Sector
from kehra.serve.matters import signals
from kehra.serve.matters.actions.telling import tell
from kehra.serve.matters.actions.work import must_be_open
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.models.record import DisclosurePermit, PartKind
from kehra.serve.matters.permissions import ASK_PERMIT, DECIDE_OWN


@transaction.atomic
def ask(matter: Matter, from_sector: str, *, by: Actor, now: datetime) -> DisclosurePermit:
    """A unit asks the resident to let parts of `from_sector` be shown to the other sector. Asking
    again while the resident has not answered is one asking."""
    matter = matter.locked()
    require(by, ASK_PERMIT, matter, now=now)
    must_be_open(matter)
    permit = _standing(matter, from_sector)
    if permit is not None and permit.given_at is not None:
        raise NotPossible(_("The resident has given this permit already."))
    if permit is not None:
        return permit
    permit = DisclosurePermit.objects.create(
        matter=matter,
        resident=matter.resident,
        from_sector=Sector(from_sector),
        asked_by_id=by.unit_id,
        asked_at=now,
    )
    _tell(signals.PERMIT_ASKED, permit, by=by, now=now)
    return permit


@transaction.atomic
def give(
    matter: Matter, from_sector: str, kinds: Collection[str], *, by: Actor, now: datetime
) -> DisclosurePermit:
    """The resident lets parts of these kinds be shown, asked or not."""
    matter = matter.locked()
    require(by, DECIDE_OWN, matter, now=now)
    permit = _standing(matter, from_sector)
    if permit is not None and permit.given_at is not None:
        raise NotPossible(_("You have given this permit already. You can narrow it or take it back."))
    if permit is None:
        permit = DisclosurePermit(matter=matter, resident=matter.resident, from_sector=Sector(from_sector))
    permit.kinds, permit.given_at = _kinds(kinds), now
    permit.save()
    _tell(signals.PERMIT_GIVEN, permit, by=by, now=now, kinds=_coded(permit.kinds))
    return permit


@transaction.atomic
def narrow(permit: DisclosurePermit, kinds: Collection[str], *, by: Actor, now: datetime) -> DisclosurePermit:
    """The resident leaves fewer kinds to be shown from now on. The journal keeps which they were."""
    require(by, DECIDE_OWN, permit, now=now)
    permit = _given(permit)
    left = _kinds(kinds)
    if left == permit.kinds:
        return permit
    if not set(left) < set(permit.kinds):
        raise NotPossible(_("A permit can only be narrowed. To show more, take it back and give a new one."))
    before, permit.kinds = permit.kinds, left
    permit.save(update_fields=["kinds"])
    _tell(signals.PERMIT_NARROWED, permit, by=by, now=now, before=_coded(before), kinds=_coded(left))
    return permit


@transaction.atomic
def refuse(permit: DisclosurePermit, *, by: Actor, now: datetime) -> DisclosurePermit:
    """The resident does not give what was asked."""
    require(by, DECIDE_OWN, permit, now=now)
    permit = DisclosurePermit.objects.select_for_update(of=("self",)).get(pk=permit.pk)
    if permit.given_at is not None or permit.refused_at is not None:
        raise NotPossible(_("You have answered this already."))
    permit.refused_at = now
    permit.save(update_fields=["refused_at"])
    _tell(signals.PERMIT_REFUSED, permit, by=by, now=now)
    return permit


@transaction.atomic
def revoke(permit: DisclosurePermit, *, by: Actor, now: datetime) -> DisclosurePermit:
    """The resident takes the permit back: from this moment nothing is shown by it."""
    require(by, DECIDE_OWN, permit, now=now)
    permit = _given(permit)
    permit.revoked_at = now
    permit.save(update_fields=["revoked_at"])
    _tell(signals.PERMIT_REVOKED, permit, by=by, now=now)
    return permit


def _standing(matter: Matter, from_sector: str) -> DisclosurePermit | None:
    """The permit that is asked or given and neither refused nor revoked."""
    standing = DisclosurePermit.objects.filter(
        matter=matter, from_sector=from_sector, refused_at__isnull=True, revoked_at__isnull=True
    )
    return standing.select_for_update(of=("self",)).first()


def _given(permit: DisclosurePermit) -> DisclosurePermit:
    permit = DisclosurePermit.objects.select_for_update(of=("self",)).get(pk=permit.pk)
    if permit.given_at is None or permit.revoked_at is not None:
        raise NotPossible(_("This permit is not in force."))
    return permit


def _kinds(kinds: Collection[str]) -> list[str]:
    chosen = sorted(set(kinds) & set(PartKind.values))
    if not chosen:
        raise NotPossible(_("Choose at least one thing that may be shown."))
    return chosen


def _coded(kinds: Collection[str]) -> str:
    """The kinds as one code of the journal."""
    return "+".join(sorted(kinds))


def _tell(activity: Activity, permit: DisclosurePermit, *, by: Actor, now: datetime, **kinds: str) -> None:
    tell(activity, permit.matter, by=by, now=now, about=permit, from_sector=permit.from_sector, **kinds)
