"""Rows of sessions do not pile up."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session

from kehra.kernel.accounts.triggers import forget_sessions
from kehra.kernel.time import clock


@pytest.mark.django_db
def test_only_ended_sessions_are_forgotten() -> None:
    for key, hours in (("ended", -1), ("lives", 1)):
        Session.objects.create(session_key=key, expire_date=clock.now() + timedelta(hours=hours))
    forget_sessions(timestamp=0)
    assert [session.session_key for session in Session.objects.all()] == ["lives"]
