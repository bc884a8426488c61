"""The law's rows come with the tables: after every migration they stand as the files say."""

from typing import Any

from django.apps import apps as installed
from django.apps.registry import Apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from kehra.library.operating_models.reference import load_reference_rows


@receiver(post_migrate, sender=installed.get_app_config("operating_models"))
def after_migrating(apps: Apps = installed, **_: Any) -> None:
    """Loads the rows when the tables are there in their newest form."""
    try:
        apps.get_model("operating_models", "PauseReason")._meta.get_field("limits")
    except (
        LookupError,
        FieldDoesNotExist,
    ):  # Migrated backwards: the tables are gone, or older than the files.
        return
    load_reference_rows(apps)
