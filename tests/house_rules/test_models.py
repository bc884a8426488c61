"""Models, migrations and settings agree with each other, as Django's own checks see them."""

import pytest
from django.core.management import call_command


def test_djangos_own_checks_find_nothing() -> None:
    call_command("check", fail_level="WARNING")


@pytest.mark.django_db
def test_every_change_of_a_model_has_its_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True)
