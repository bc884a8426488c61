"""What may be attached, read from its content, never from its name."""

from dataclasses import dataclass
from pathlib import PurePath

import puremagic

MAX_BYTES = 10 * 1024 * 1024
MAX_FILES = 5
MAX_TEXT = 5000
# Types that open without running anything; the ending is given by us.
ALLOWED = {"application/pdf": ".pdf", "image/png": ".png", "image/jpeg": ".jpg"}


class BadAttachment(ValueError):
    """The file cannot be taken; `code` says why: empty, too_large, wrong_type."""

    def __init__(self, code: str, name: str) -> None:
        super().__init__(f"{code}: {name}")
        self.code = code
        self.name = name


@dataclass(frozen=True, slots=True)
class File:
    """A file that was sent: its shown name, its type as its content tells it, its content."""

    name: str
    content_type: str
    content: bytes


def read(name: str, content: bytes) -> File:
    """The file as it is kept. Raises BadAttachment. At most 10 MiB; the name keeps at most 80
    characters of its stem and gets the ending of its type."""
    if not content:
        raise BadAttachment("empty", name)
    if len(content) > MAX_BYTES:
        raise BadAttachment("too_large", name)
    content_type = type_of(content)
    if content_type not in ALLOWED:
        raise BadAttachment("wrong_type", name)
    return File(safe_stem(name) + ALLOWED[content_type], content_type, content)


def type_of(content: bytes) -> str:
    """The media type that the content tells with most certainty; "" if it tells none."""
    try:
        return str(puremagic.from_string(content, mime=True))
    except puremagic.PureError:
        return ""


def safe_stem(name: str) -> str:
    """The name without path, ending and characters that a file name should not hold."""
    stem = PurePath(name.replace("\\", "/")).stem
    kept = "".join(letter for letter in stem if letter.isalnum() or letter in " -_().").strip(" .")
    return kept[:80] or "liite"
