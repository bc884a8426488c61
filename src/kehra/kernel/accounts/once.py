"""What is sent twice is done once: a double click, a retry, the way back and forward again.

A form that makes something carries a key of its own, `once`. The first submit writes the key before
it does anything, in the same transaction, so that a second one waits for it and is then led to where
the first one led. A submit that failed has rolled its key back with everything else, and may be sent
again.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid4

from django import forms
from django.db import IntegrityError, transaction

from kehra.kernel.access.actors import Actor
from kehra.kernel.accounts.models import OnceKey


class OnceForm(forms.Form):
    """A form that makes something. Its template shows `{{ ui.field(form["once"]) }}`; alone it is the
    form of a single button. A key that is missing counts as a new one."""

    once = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4, required=False)

    def clean_once(self) -> UUID:
        key: UUID | None = self.cleaned_data["once"]
        return key or uuid4()


def once(key: UUID, make: Callable[[], str], *, by: Actor, now: datetime) -> str:
    """The path to go to after this submit: that of `make` the first time, and the same one every other time.
    Keys belong to their user: the key of another is simply a new one. Nobody has no keys."""
    if by.user_id is None:
        return make()
    with transaction.atomic():
        try:
            with transaction.atomic():
                row = OnceKey.objects.create(user_id=by.user_id, key=key, at=now)
        except IntegrityError:
            return OnceKey.objects.values_list("result_path", flat=True).get(user_id=by.user_id, key=key)
        row.result_path = make()
        row.save(update_fields=["result_path"])
        return row.result_path
