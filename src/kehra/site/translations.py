"""The texts of the program in Finnish and Swedish. Each app keeps its own beside its code.

    python -m kehra.site.translations           compile them (`make translations`)
    python -m kehra.site.translations extract   bring each app's files up to date with its code and templates
    python -m kehra.site.translations check     say which texts lack a translation, or are in no file any more

`extract serve/matters` and `check serve/matters` keep to one app. All texts meet in one catalogue, so the
same English words must be translated the same way everywhere; what means two things gets a context
(pgettext).

Only what is older than its source is compiled, so it costs next to nothing when nothing changed.
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po

SOURCES = Path(__file__).resolve().parent.parent
LANGUAGES = ("fi", "sv")

KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# A template that cannot be read stops the extraction; its texts would be lost without a word.
JINJA = {"silent": "false", "trimmed": "true", "newstyle_gettext": "true"}
# No dates, names or tools: they would only make two people's changes collide.
HEAD = """\
# Kept up to date by: python -m kehra.site.translations extract
msgid ""
msgstr ""
"Language: {language}\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def main() -> int:
    """The exit code is 1 if a file cannot be read or a check found something."""
    wish, *names = sys.argv[1:] or ["compile"]
    chosen = [SOURCES / name for name in names] or apps()
    if wish == "compile":
        wrong = compile_all()
    elif wish == "extract":
        wrong = extract_all(chosen)
    else:
        wrong = check_all(chosen)
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


def compile_all() -> list[str]:
    """Compiles every file that is newer than its result; says which could not be read."""
    wrong = []
    for source in sorted(SOURCES.glob("**/locale/*/LC_MESSAGES/*.po")):
        try:
            compile_file(source)
        except (PoFileError, ValueError) as error:
            wrong.append(f"{source}: {error}")
    return wrong


def compile_file(source: Path) -> None:
    """Writes the .mo beside the .po unless it is newer; raises PoFileError or ValueError."""
    compiled = source.with_suffix(".mo")
    if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
        return
    unfinished = compiled.with_suffix(".mo.unfinished")
    with unfinished.open("wb") as file:
        write_mo(file, _read(source))
    unfinished.rename(compiled)


def extract_all(chosen: list[Path]) -> list[str]:
    """Writes the apps' files anew: translations stay, new texts come in empty, unused ones go."""
    for app in chosen:
        found = texts_of(app)
        for language in LANGUAGES if len(found) else ():
            path = file_of(app, language)
            catalogue = _read(path) if path.exists() else Catalog(locale=language)
            catalogue.update(found, no_fuzzy_matching=True)
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(path, catalogue)
    return []


def check_all(chosen: list[Path]) -> list[str]:
    """One line per text that lacks a translation, stands in a file unused, or is translated in two ways."""
    of_apps = [line for app in chosen for language in LANGUAGES for line in check(app, language)]
    return of_apps + [line for language in LANGUAGES for line in _differing(language)]


def check(app: Path, language: str) -> list[str]:
    """What is wrong with one app's texts in one language."""
    path = file_of(app, language)
    translated = _read(path) if path.exists() else Catalog(locale=language)
    found = texts_of(app)
    where = f"{path.relative_to(SOURCES)}:"
    missing = [
        f"{where} no translation of {message.id!r}"
        for message in found
        if message.id and not _is_done(translated.get(message.id, message.context))
    ]
    unused = [
        f"{where} nothing says {message.id!r} any more"
        for message in translated
        if message.id and found.get(message.id, message.context) is None
    ]
    return missing + unused


def apps() -> list[Path]:
    """Every folder that may hold texts of its own: the apps of the wings, the site, its sign-in service."""
    in_wings = {path.parent for path in SOURCES.glob("*/*/__init__.py") if path.parents[1].name != "site"}
    with_texts = {path.parent for path in SOURCES.glob("**/locale")}
    return sorted(in_wings | with_texts | {SOURCES / "site"})


def locale_folders() -> list[Path]:
    """The compiled texts for Django: also of apps without tables, which it does not install."""
    return [app / "locale" for app in apps() if (app / "locale").is_dir()]


def file_of(app: Path, language: str) -> Path:
    """Where an app's translations to a language are kept."""
    return app / "locale" / language / "LC_MESSAGES" / "django.po"


def texts_of(app: Path) -> Catalog:
    """Every text of the app's own code and templates, tests left out."""
    catalogue = Catalog()
    for path in _sources(app):
        method, options = ("jinja2", JINJA) if path.suffix == ".html" else ("python", {})
        for _line, message, comments, context in extract_from_file(
            method, path, KEYWORDS, comment_tags=("Translators:",), options=options
        ):
            locations = [(path.relative_to(app).as_posix(), 0)]
            catalogue.add(message, None, locations, auto_comments=comments, context=context)
    return catalogue


def _sources(app: Path) -> Iterator[Path]:
    inner_apps = [other for other in apps() if other != app and other.is_relative_to(app)]
    for path in sorted([*app.glob("**/*.py"), *app.glob("**/templates/**/*.html")]):
        parts = path.relative_to(app).parts
        if {"tests", "migrations"}.isdisjoint(parts) and not any(map(path.is_relative_to, inner_apps)):
            yield path


def _differing(language: str) -> Iterator[str]:
    """Texts that two apps translate differently: a person would see now one, now the other."""
    seen: dict[tuple[object, str | None], tuple[object, Path]] = {}
    for path in (file_of(app, language) for app in apps() if app.name != "identity_provider"):
        for message in _read(path) if path.exists() else ():
            if not message.id or not _is_done(message):
                continue
            translation, first = seen.setdefault((message.id, message.context), (message.string, path))
            if translation != message.string:
                places = f"{first.relative_to(SOURCES)} and {path.relative_to(SOURCES)}"
                yield f"{places}: {message.id!r} is both {translation!r} and {message.string!r}"


def _is_done(message: object) -> bool:
    translation = getattr(message, "string", None)
    parts = translation if isinstance(translation, (list, tuple)) else [translation]
    return all(parts) and not getattr(message, "fuzzy", False)


def _read(path: Path) -> Catalog:
    """The language's own plural rule is used, whatever the head of the file says."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name, abort_invalid=True)


def _write(path: Path, catalogue: Catalog) -> None:
    written = BytesIO()
    write_po(
        written,
        catalogue,
        width=100,
        omit_header=True,
        sort_output=True,
        ignore_obsolete=True,
        include_lineno=False,
    )
    head = HEAD.format(language=path.parent.parent.name)
    path.write_bytes(head.encode() + written.getvalue())


if __name__ == "__main__":
    sys.exit(main())
