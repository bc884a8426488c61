"""A form that is sent twice has one effect."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction

from kehra.kernel.accounts.models import OnceKey
from kehra.kernel.accounts.once import OnceForm, once
from kehra.kernel.accounts.tests.cast import NOW, Cast, make_cast
from kehra.kernel.accounts.triggers import forget_once_keys
from kehra.kernel.time import clock


def test_the_second_submit_leads_to_the_same_place_and_does_nothing(cast: Cast) -> None:
    made: list[str] = []

    def make() -> str:
        made.append("one")
        return f"/matters/{len(made)}/"

    key = uuid4()
    paths = [once(key, make, by=cast.actor("eero"), now=NOW) for _ in range(2)]
    assert paths == ["/matters/1/", "/matters/1/"]
    assert once(uuid4(), make, by=cast.actor("eero"), now=NOW) == "/matters/2/"


def test_the_key_of_another_user_is_a_new_one(cast: Cast) -> None:
    key = uuid4()
    assert once(key, lambda: "/eero/", by=cast.actor("eero"), now=NOW) == "/eero/"
    assert once(key, lambda: "/elsa/", by=cast.actor("elsa"), now=NOW) == "/elsa/"


def test_a_submit_that_failed_may_be_sent_again(cast: Cast) -> None:
    def fail() -> str:
        raise RuntimeError("the second time it goes well")

    key = uuid4()
    with pytest.raises(RuntimeError), transaction.atomic():
        once(key, fail, by=cast.actor("eero"), now=NOW)
    assert once(key, lambda: "/done/", by=cast.actor("eero"), now=NOW) == "/done/"


def test_keys_of_long_ago_are_forgotten(cast: Cast) -> None:
    for at in (clock.now() - timedelta(days=3), clock.now()):
        once(uuid4(), lambda: "/", by=cast.actor("eero"), now=at)
    forget_once_keys(0)
    assert OnceKey.objects.count() == 1


def test_a_form_has_a_key_and_a_mangled_one_counts_as_new() -> None:
    assert OnceForm()["once"].value() != OnceForm()["once"].value()
    form = OnceForm({"once": ""})
    assert form.is_valid()
    assert form.cleaned_data["once"]


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_are_one() -> None:
    eero = make_cast().actor("eero")
    key, paths, inside, go = uuid4(), [], threading.Event(), threading.Event()

    def slowly() -> str:
        inside.set()
        go.wait(5)
        return "/first/"

    def submit(make: object) -> None:
        paths.append(once(key, make, by=eero, now=NOW))  # type: ignore[arg-type]
        connection.close()

    first = threading.Thread(target=submit, args=(slowly,))
    second = threading.Thread(target=submit, args=(lambda: "/second/",))
    first.start()
    inside.wait(5)
    second.start()
    go.set()
    first.join(5)
    second.join(5)
    assert paths == ["/first/", "/first/"]
    assert OnceKey.objects.count() == 1
