"""The passphrase that opens a unit's day lists: made by the program, written on paper, typed by hand when
nothing else works. Six groups of two syllables are 69 bits: guessing is hopeless even for one who has the
file, which a phrase of a person's own choosing would not promise."""

import re
import secrets

_CONSONANTS, _VOWELS = "hjklmnprstv", "aeiou"
_GROUPS = 6


def new() -> str:
    """A fresh passphrase, such as "kato-mina-rulo-seti-papu-vilo"."""
    return "-".join("".join(_syllable() for _ in range(2)) for _ in range(_GROUPS))


def plain(typed: str) -> str:
    """The passphrase as it is used, however it was typed: capitals, spaces and dots do not matter. The file's
    own script does the same."""
    return "-".join(re.findall(r"[a-z]+", typed.lower()))


def _syllable() -> str:
    return secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS)
