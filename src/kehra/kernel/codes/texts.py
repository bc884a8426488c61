"""Texts of data (not of the program) in the three languages: {"fi": …, "sv": …, "en": …}."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import get_language

LANGUAGES = ("fi", "sv", "en")


class LocalisedField(models.JSONField):
    """A name or a short text in Finnish, Swedish and English. Finnish is always there."""


def localised(texts: Mapping[str, str], language: str | None = None) -> str:
    """The text in `language` (default: the one in use), else in Finnish, else as it is found."""
    wanted = language or get_language() or "fi"
    return texts.get(wanted) or texts.get("fi") or next(iter(texts.values()), "")
