"""The compiling of translations, on catalogues of its own."""

import gettext
from pathlib import Path

import pytest
from babel.messages.pofile import PoFileError

from kehra.site import translations

CATALOGUE = (
    'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Home"\nmsgstr "Etusivu"\n'
)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "locale" / "fi" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(CATALOGUE, encoding="utf-8")
    return path


def text(source: Path) -> str:
    with source.with_suffix(".mo").open("rb") as file:
        return gettext.GNUTranslations(file).gettext("Home")


def test_a_catalogue_is_compiled_beside_its_source(source: Path) -> None:
    translations.compile_file(source)
    assert text(source) == "Etusivu"


def test_a_broken_catalogue_is_refused_and_leaves_nothing(source: Path) -> None:
    source.write_text(CATALOGUE + "this is no line of a catalogue\n", encoding="utf-8")
    with pytest.raises(PoFileError):
        translations.compile_file(source)
    assert not source.with_suffix(".mo").exists()


def test_every_catalogue_of_ours_can_be_compiled() -> None:
    assert translations.main() == 0
