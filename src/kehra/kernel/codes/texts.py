"""Texts of data (not of the program) in the three languages: {"fi": …, "sv": …, "en": …}."""

from collections.abc import Mapping

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import get_language

LANGUAGES = ("fi", "sv", "en")


class LocalisedField(models.JSONField):
    """A name or a short text in Finnish, Swedish and English. Finnish is always there; with
    `default=dict` there may be no text at all. The database holds it to that."""

    def db_check(self, connection: BaseDatabaseWrapper) -> str:
        """The column's own check: nothing but texts, in these languages, Finnish among them."""
        column = connection.ops.quote_name(str(self.column))
        languages = ", ".join(f"'{language}'" for language in LANGUAGES)
        only_texts = (
            f"""NOT jsonb_path_exists({column}, 'strict $.* ? (@.type() != "string")', '{{}}', true)"""
        )
        known = f"{column} - ARRAY[{languages}] = '{{}}'"
        finnish = f"coalesce({column} ->> 'fi', '') <> ''"
        if self.default is dict:
            finnish = f"({finnish} OR {column} = '{{}}')"
        return f"jsonb_typeof({column}) = 'object' AND {only_texts} AND {known} AND {finnish}"


def localised(texts: Mapping[str, str], language: str | None = None) -> str:
    """The text in `language` (default: the one in use), else in Finnish, else as it is found."""
    wanted = language or get_language() or "fi"
    return texts.get(wanted) or texts.get("fi") or next(iter(texts.values()), "")
