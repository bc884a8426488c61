"""Every text that the program says is translated to Finnish and Swedish, and always the same way."""

from kehra.site import translations


def test_every_text_is_translated_once_and_only_what_is_said() -> None:
    assert translations.check_all(translations.apps()) == []
