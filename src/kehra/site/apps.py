from django import forms
from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class SiteConfig(AppConfig):
    """The top of the house: when it is ready, every app's ways in that are not people listen, and
    every permission and activity has been declared."""

    name = "kehra.site"

    def ready(self) -> None:
        # Django's own words for an empty field are those of an office. Before any form is read in.
        forms.Field.default_error_messages["required"] = _("An answer is needed here.")
        autodiscover_modules("permissions", "signals", "triggers", "jobs")
