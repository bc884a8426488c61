"""Every text that the program says is translated to Finnish and Swedish, and always the same way."""

import ast

from kehra.site import translations
from tests.house_rules import source

SAYING = {"_", "gettext", "gettext_lazy", "ngettext", "pgettext", "npgettext"}


def test_every_text_is_translated_once_and_only_what_is_said() -> None:
    assert translations.check_all(translations.apps()) == []


def test_no_text_hides_in_an_f_string_where_extraction_does_not_find_it() -> None:
    hidden = [
        f"{source.name(path)}:{call.lineno}"
        for path in source.files()
        for text in ast.walk(source.tree(path))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in SAYING
    ]
    assert hidden == []
