"""Compiles the translations beside each app: `python -m kehra.site.translations`.

Only what is older than its source is written, so it costs next to nothing when nothing changed.
"""

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

SOURCES = Path(__file__).resolve().parent.parent


def main() -> int:
    """The exit code is 1 if a file cannot be read."""
    wrong = False
    for source in sorted(SOURCES.glob("**/locale/*/LC_MESSAGES/*.po")):
        try:
            compile_file(source)
        except (PoFileError, ValueError) as error:
            print(f"{source}: {error}", file=sys.stderr)
            wrong = True
    return 1 if wrong else 0


def compile_file(source: Path) -> None:
    """Writes the .mo beside the .po unless it is newer; raises PoFileError or ValueError."""
    compiled = source.with_suffix(".mo")
    if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
        return
    with source.open("rb") as file:
        catalogue = read_po(file, locale=source.parent.parent.name, abort_invalid=True)
    unfinished = compiled.with_suffix(".mo.unfinished")
    with unfinished.open("wb") as file:
        write_mo(file, catalogue)
    unfinished.rename(compiled)


if __name__ == "__main__":
    sys.exit(main())
