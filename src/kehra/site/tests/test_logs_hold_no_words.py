"""The log of errors says where it went wrong and not with whose data."""

import logging
from io import StringIO

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import RequestFactory
from django.utils.module_loading import import_string

from kehra.kernel.accounts.tests.cast import Cast
from kehra.kernel.people.models import Resident
from kehra.site.views import errors

PHONE = "050 7377 421"


def test_what_the_database_refused_is_not_quoted(cast: Cast) -> None:
    log, stream = logging.Logger("test"), StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(import_string(settings.LOGGING["formatters"]["places"]["()"])())
    log.addHandler(handler)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Resident.objects.create(county=cast.county, identity_code="wrong", phone=PHONE)
    assert PHONE in str(refused.value)  # so there is something to keep out
    try:
        raise ValueError(PHONE) from refused.value
    except ValueError:
        log.exception("Internal Server Error: %s", "/matters/1/")
        page = errors.broken(RequestFactory().get("/"))
    written = stream.getvalue()
    assert "test_logs_hold_no_words.py" in written
    assert written.index("IntegrityError") < written.index("builtins.ValueError")
    assert PHONE not in written
    assert PHONE not in page.content.decode()


def test_every_handler_writes_so() -> None:
    assert {handler["formatter"] for handler in settings.LOGGING["handlers"].values()} == {"places"}
    assert settings.DEBUG is False  # the page of errors that Django shows then tells every local value
