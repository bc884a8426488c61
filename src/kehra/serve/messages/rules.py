"""What may be attached, read from its content, never from its name.

We open no file; whoever receives it does. So what is taken is exactly one of three kinds from its first
byte to its last: a file that is at once something else (a polyglot), that would swell beyond measure when
it is opened, or that runs something, is refused.
"""

import re
import struct
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

MAX_BYTES = 10 * 1024 * 1024
MAX_TOGETHER = 25 * 1024 * 1024
MAX_FILES = 5
MAX_TEXT = 5000
# Types that open without running anything; the ending is given by us.
ALLOWED = {"application/pdf": ".pdf", "image/png": ".png", "image/jpeg": ".jpg"}

MAX_PIXELS = 100_000_000  # Cameras take 50 million. A small file can claim a picture that fills any memory.
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_BEGINNINGS: Final = {b"%PDF-": "application/pdf", _PNG: "image/png", b"\xff\xd8\xff": "image/jpeg"}

# Programs look for these anywhere near the end of a file (ZIP) or in it (web pages), whatever it begins with.
_ZIP_END: Final = b"PK\x05\x06"
_ZIP_WITHIN: Final = 22 + 0xFFFF
_WEB: Final = re.compile(rb"<\s*(html|script|svg|iframe|!doctype)", re.IGNORECASE)
_WEB_WITHIN: Final = 1024
# What a PDF names when it runs something or carries other files.
_ACTIVE: Final = re.compile(rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia)\b")
_ESCAPED: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_PDF_END_WITHIN: Final = 1024
# The JPEG segments that tell the size: all "start of frame" but those that share the numbers.
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_NO_LENGTH: Final = frozenset({0x01, *range(0xD0, 0xD9)})


class BadAttachment(ValueError):
    """The file cannot be taken; `code` says why: empty, too_large, wrong_type, active. `name` is safe."""

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
    stem = safe_stem(name)
    if not content:
        raise BadAttachment("empty", stem)
    if len(content) > MAX_BYTES:
        raise BadAttachment("too_large", stem)
    content_type = type_of(content)
    if not _is_whole(content, content_type) or _is_something_else(content):
        raise BadAttachment("wrong_type", stem)
    if content_type == "application/pdf" and _ACTIVE.search(_without_escapes(content)):
        raise BadAttachment("active", stem)
    return File(stem + ALLOWED[content_type], content_type, content)


def type_of(content: bytes) -> str:
    """The one of the ALLOWED types that the content begins as; "" if none."""
    return next((kind for start, kind in _BEGINNINGS.items() if content.startswith(start)), "")


def safe_stem(name: str) -> str:
    """The name without path, ending and characters that a file name should not hold: only letters, digits
    and a few signs, so nothing that is invisible or turns the direction of writing."""
    stem = PurePath(unicodedata.normalize("NFC", name).replace("\\", "/")).stem
    kept = "".join(letter for letter in stem if letter.isalnum() or letter in " -_().").strip(" .")
    return kept[:80] or "liite"


def _is_whole(content: bytes, content_type: str) -> bool:
    """Whether it is of its type to its end, and a picture of a size that can be opened."""
    if content_type == "application/pdf":
        return b"%%EOF" in content[-_PDF_END_WITHIN:]
    if content_type == "image/png":
        return _is_whole_png(content)
    return content_type == "image/jpeg" and _is_whole_jpeg(content)


def _is_something_else(content: bytes) -> bool:
    return _ZIP_END in content[-_ZIP_WITHIN:] or _WEB.search(content, 0, _WEB_WITHIN) is not None


def _is_whole_png(content: bytes) -> bool:
    """Chunk after chunk from the header to IEND, and nothing after it."""
    chunks = list(_chunks(content))
    if not chunks or chunks[0] != (b"IHDR", 13) or chunks[-1] != (b"IEND", 0):
        return False
    return _fits(*struct.unpack_from(">II", content, len(_PNG) + 8))


def _chunks(content: bytes) -> Iterator[tuple[bytes, int]]:
    """The names and lengths of the chunks; one without a name for what is no chunk."""
    at = len(_PNG)
    while at < len(content):
        if at + 12 > len(content):
            yield b"", 0
            return
        length, name = struct.unpack_from(">I4s", content, at)
        yield name, length
        at += 12 + length
        if at > len(content):
            yield b"", 0


def _is_whole_jpeg(content: bytes) -> bool:
    """Segment after segment up to the picture itself, and an end. Telephones write more after the end."""
    at, fits = 2, False
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xDA:  # The picture begins.
            return fits and content.rfind(b"\xff\xd9") > at
        if marker == 0xFF or marker in _NO_LENGTH:
            at += 1 if marker == 0xFF else 2
            continue
        if marker in _FRAMES and at + 9 <= len(content):
            fits = _fits(*struct.unpack_from(">HH", content, at + 5))
        at += 2 + int.from_bytes(content[at + 2 : at + 4])
    return False


def _fits(width: int, height: int) -> bool:
    return 0 < width * height <= MAX_PIXELS


def _without_escapes(content: bytes) -> bytes:
    """A PDF may write each letter of a name as a number."""
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content)
