from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class SiteConfig(AppConfig):
    """The top of the house: when it is ready, every app's ways in that are not people listen, and
    every permission and activity has been declared."""

    name = "kehra.site"

    def ready(self) -> None:
        autodiscover_modules("permissions", "signals", "triggers", "jobs")
