"""What the table cannot show: that what is asked is noted, what is shown is written, and what is not asked is
not served."""

import pytest

from kehra.kernel.access import actors
from kehra.kernel.access.guard import Unguarded, asks, check_asked, check_declared, public, record_refusal
from kehra.kernel.access.permissions import Asking, Permission, Refused, require, show, shown, visible
from kehra.kernel.accounts.models import Choice
from kehra.kernel.accounts.tests.cast import NOW, Cast
from kehra.kernel.audit.models import AuditEntry
from kehra.serve.matters.models.matter import Matter
from kehra.serve.matters.permissions import ANSWER_FOR, READ
from kehra.serve.matters.tests.situations import make_matter

pytestmark = pytest.mark.django_db


def test_what_is_asked_is_noted_while_somebody_listens(cast: Cast) -> None:
    matter, by = make_matter(cast), cast.actor("liisa")
    for ask in (
        lambda: require(by, READ, matter, now=NOW),
        lambda: visible(by, READ, Matter.objects.all()),
        lambda: shown(by, READ, [], now=NOW),
    ):
        with Asking() as asking:
            ask()
        assert asking.asked == {"matters.read"}
        ask()
        assert asking.asked == {"matters.read"}


def test_a_list_is_written_once_for_each_kind_of_ground(cast: Cast) -> None:
    matter, other = make_matter(cast), make_matter(cast, cast.elsa)
    mine = Matter.objects.filter(pk__in=[matter.pk, other.pk])
    for name, acting_for, kind, relation, purpose in (
        ("liisa", None, "read", "unit", "care"),
        ("eero", None, "read", "resident", "own_affairs"),
    ):
        AuditEntry.objects.filter(action="matters.read")
        before = AuditEntry.objects.count()
        rows = show(cast.actor(name, acting_for=acting_for), READ, mine, now=NOW)
        entry = AuditEntry.objects.latest("id")
        assert AuditEntry.objects.count() == before + 1
        assert entry.residents == sorted({row.resident_id for row in rows})
        expected = "self" if relation == "resident" else relation
        assert (entry.kind, entry.relation, entry.purpose) == (kind, expected, purpose)


def test_one_who_acts_for_another_is_listed_as_such(cast: Cast) -> None:
    matter = make_matter(cast, cast.aino)
    by = cast.actor("marja", acting_for=cast.aino)
    show(by, READ, Matter.objects.filter(pk=matter.pk), now=NOW)
    entry = AuditEntry.objects.latest("id")
    assert (entry.relation, entry.on_behalf_of_id) == ("acting_for", cast.aino.pk)


def test_nothing_is_shown_that_was_not_filtered(cast: Cast) -> None:
    matter = make_matter(cast)
    for name in ("sami", "karl", "mikko"):
        with pytest.raises(ValueError, match="not filtered"):
            shown(cast.actor(name), READ, [matter], now=NOW)
    matter.barred = [actors.unit_holder(cast.station.pk)]
    with pytest.raises(ValueError, match="not filtered"):
        shown(cast.actor("liisa"), READ, [matter], now=NOW)
    matter.barred, matter.county_id = [], "18"
    with pytest.raises(ValueError, match="not filtered"):
        shown(cast.actor("liisa"), READ, [matter], now=NOW)


def test_an_emergency_is_the_ground_of_what_nothing_else_shows(cast: Cast) -> None:
    matter = make_matter(cast)
    holders = cast.actor("liisa").holders | {actors.emergency_holder(cast.eero.pk)}
    by = cast.actor("liisa").__class__(
        kind="professional", name="x", county_id="15", unit_id=cast.station.pk, holders=holders
    )
    shown(by, READ, [matter], now=NOW)
    assert AuditEntry.objects.latest("id").relation == "unit"


def test_a_view_that_asks_nothing_is_not_served() -> None:
    @asks(READ, ANSWER_FOR)
    def asking_view() -> None: ...

    @public("for everybody")
    def public_view() -> None: ...

    def silent_view() -> None: ...

    check_declared(asking_view)
    check_declared(public_view)
    with pytest.raises(Unguarded, match="declares no permission"):
        check_declared(silent_view)
    with pytest.raises(Unguarded, match="asked none"):
        check_asked(asking_view, Asking())
    for one in ("matters.read", "matters.answer_for"):
        check_asked(asking_view, Asking({one}))
    check_asked(public_view, Asking())
    assert asking_view.asks == {"matters.read", "matters.answer_for"}
    assert public_view.public == "for everybody"


def test_a_refusal_is_written_with_its_reason(cast: Cast) -> None:
    matter, by = make_matter(cast), cast.actor("karl")
    with pytest.raises(Refused) as refused:
        require(by, READ, matter, now=NOW)
    before = AuditEntry.objects.count()
    record_refusal(refused.value, at=NOW)
    entry = AuditEntry.objects.latest("id")
    assert AuditEntry.objects.count() == before + 1
    assert (entry.kind, entry.action, entry.rule) == ("refusal", "matters.read", "another_county")
    assert (entry.residents, entry.matter_id, entry.county_id) == ([cast.eero.pk], matter.pk, "15")


def test_a_permission_is_declared_once() -> None:
    with pytest.raises(ValueError, match="declared twice"):
        Permission("matters.read", "see it", ())


def test_who_may_be_chosen(cast: Cast) -> None:
    assert cast.user("marja").choices(NOW) == [
        Choice(),
        *[Choice(resident_id=one.pk) for one in cast.user("marja").can_act_for(NOW)],
    ]
    assert [one.pk for one in cast.user("marja").can_act_for(NOW)][:1] == [cast.aino.pk]
    assert cast.user("liisa").choices(NOW)[0] == Choice(assignment_id=cast.assignments["liisa"].pk)
    assert cast.user("liisa").actor(Choice(), now=NOW).unit_id == cast.station.pk
    assert cast.user("eero").actor(Choice(), now=NOW).own_resident_id == cast.eero.pk
    assert cast.user("eero").concern().residents == (cast.eero.pk,)
    assert cast.user("liisa").concern().residents == ()
