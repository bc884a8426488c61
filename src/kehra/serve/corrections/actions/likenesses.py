"""The program looks for residents who may be in the records twice; somebody whose work it is judges."""

from datetime import datetime

from django.db import transaction

from kehra.kernel.access.actors import Actor
from kehra.kernel.access.permissions import require
from kehra.kernel.people.models import Resident
from kehra.serve.corrections.models import Likeness
from kehra.serve.corrections.permissions import LOOK_FOR_LIKE, MERGE, Pair, Records


@transaction.atomic
def look(county_id: str, *, by: Actor, now: datetime) -> int:
    """Notes the pairs of the county that share a birth date, a telephone or an e-mail address and have
    similar names. Returns how many are new; a pair that was judged is not noted again."""
    require(by, LOOK_FOR_LIKE, Records(county_id), now=now)
    found = Resident.objects.alike(county_id)
    before = Likeness.objects.filter(county=county_id).count()
    Likeness.objects.bulk_create(
        [
            Likeness(county_id=county_id, one_id=one, other_id=other, ground=ground, found_at=now)
            for one, other, ground in found
        ],
        ignore_conflicts=True,
    )
    return Likeness.objects.filter(county=county_id).count() - before


@transaction.atomic
def say_two(likeness: Likeness, *, by: Actor, now: datetime) -> Likeness:
    """They are two persons. Said twice is said once."""
    require(by, MERGE, Pair(likeness.one, likeness.other), now=now)
    likeness = Likeness.objects.select_for_update().get(pk=likeness.pk)
    if likeness.judged_at is None:
        likeness.judged_at, likeness.judged_by_id = now, by.professional_id
        likeness.save(update_fields=["judged_at", "judged_by"])
    return likeness
