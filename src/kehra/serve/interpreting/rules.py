"""What languages are called."""

from typing import Final

from babel import Locale
from django.utils.translation import get_language
from django.utils.translation import gettext as _

SIGN_LANGUAGES: Final = ("fse", "fss")
"""Finnish and Finland-Swedish sign language (ISO 639-3)."""


def language_name(code: str) -> str:
    """The language in the reader's words; a code that names none stays as it is."""
    if code == "fse":
        return _("Finnish sign language")
    if code == "fss":
        return _("Finland-Swedish sign language")
    return str(Locale.parse(get_language() or "fi").languages.get(code, code))
