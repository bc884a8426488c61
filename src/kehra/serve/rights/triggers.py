"""The figures come with the tables."""

from typing import Any

from django.apps import apps as installed
from django.apps.registry import Apps
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from kehra.serve.rights.reference import load_thresholds


@receiver(post_migrate, sender=installed.get_app_config("rights"))
def after_migrating(apps: Apps = installed, **_: Any) -> None:
    """Loads the figures when their table is there; migrated backwards it is gone."""
    try:
        apps.get_model("rights", "Threshold")
    except LookupError:
        return
    load_thresholds(apps)
