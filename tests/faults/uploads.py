"""What a hostile sender tries with the form of a message: files that pretend, swell, run or are too much,
and requests that are built to be hard to read. Each must be refused, and soon, while others are served."""

import io
import time
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit
from uuid import uuid4

from kehra.serve.messages.tests.files import HTML, JPEG, PDF, PNG, ZIP, png
from tests.faults.clients import TOKEN
from tests.faults.people import Person

MIB = 1024 * 1024
BOUNDARY = b"fire"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY.decode()}"
REFUSALS = frozenset({400, 403, 413, 422})


@dataclass(frozen=True)
class Upload:
    """One request: its name for people, and its body."""

    name: str
    body: bytes
    content_type: str = MULTIPART
    chunked: bool = False


@dataclass(frozen=True)
class Outcome:
    """How it ended: the status (0 if the connection was cut), the page, and how long it took."""

    upload: Upload
    status: int
    page: str
    seconds: float

    @property
    def refused(self) -> bool:
        return self.status in REFUSALS


def hostile() -> Iterator[Upload]:
    """All of them, one after another: some are large."""
    for name, file_name, content in _files():
        yield Upload(name, _form([(file_name, content)]))
    yield Upload("fifty small files", _form([("a.png", PNG)] * 50))
    yield Upload("five files of ten megabytes", _form([("a.pdf", PDF + b"0" * (10 * MIB - 100))] * 5))
    yield Upload("a thousand fields", _form([], fields=[(f"f{number}", "x") for number in range(1000)]))
    yield Upload("a hundred thousand empty parts", b"--fire\r\n\r\n\r\n" * 80_000 + _form([]))
    yield Upload("parts within parts, a thousand deep", _nested(1000))
    yield Upload("lists within lists, 400,000 deep", b"[" * 400_000, "application/json")
    yield Upload("objects within objects, 100,000 deep", b'{"a":' * 100_000, "application/json")
    yield Upload("a header that does not end", b"--fire\r\nContent-Disposition: " + b"a" * 900_000)
    yield Upload("a boundary that never comes", b"x" * 900_000)
    yield Upload("no boundary at all", _form([]), "multipart/form-data")
    yield Upload("an unknown alphabet", _form([("a.pdf", HTML)]), f"{MULTIPART}; charset=nobody-knows")
    yield Upload("fifty megabytes without a length", b"x" * 50 * MIB, chunked=True)


def _files() -> list[tuple[str, str, bytes]]:
    """What each is, its name, its content."""
    return [
        ("an empty file", "tyhja.pdf", b""),
        ("fifty megabytes", "iso.pdf", PDF + b"0" * 50 * MIB),
        ("eleven megabytes", "iso.pdf", PDF + b"0" * 11 * MIB + PDF),
        ("a zip bomb", "pommi.pdf", _zip_bomb()),
        ("a document that is also an archive", "kaksi.pdf", PDF + _zip_bomb()),
        ("a picture that is also an archive", "kaksi.jpg", JPEG + ZIP + b"comment"),
        ("a web page named as a picture", "kuva.png", HTML),
        ("a picture that is also a script", "kuva.gif", b"GIF89a/*" + HTML + b"*/=1;"),
        ("a picture of 3,600 megapixels", "kuva.png", png(60_000, 60_000)),
        ("a document that runs something", "a.pdf", PDF.replace(b"<<>>", b"<</S /JavaScript>>")),
        ("a program", "a.pdf", b"MZ" + b"\0" * 100_000),
        ("a path", "../../../../etc/cron.d/a", HTML),
        ("control characters in the name", "a\x1b[2J\x07\x00.pdf", HTML),
        ("a name that turns around", "lasku‮fdp.exe", HTML),
        ("a name of a megabyte", "a" * 900_000 + ".pdf", HTML),
    ]


def send(address: str, person: Person, upload: Upload) -> Outcome:
    """The request of a signed-in resident with a valid token: nothing but what is sent is wrong."""
    connection = HTTPConnection(urlsplit(address).netloc, timeout=30)
    headers = {
        "Cookie": f"__Host-session={person.session}; __Host-csrf={TOKEN}",
        "X-CSRFToken": TOKEN,
        "Content-Type": upload.content_type,
    }
    begun = time.monotonic()
    status, page = 0, ""
    try:
        with suppress(BrokenPipeError, ConnectionResetError):  # The answer may come before all is sent.
            body = _in_pieces(upload.body) if upload.chunked else upload.body
            connection.request("POST", f"/matters/{person.matter}/messages/", body, headers)
        response = connection.getresponse()
        status, page = response.status, response.read().decode(errors="replace")
    except (OSError, HTTPException):
        status = 0
    finally:
        connection.close()
    return Outcome(upload, status, page, time.monotonic() - begun)


def _in_pieces(body: bytes) -> Iterable[bytes]:
    return (body[at : at + MIB] for at in range(0, len(body), MIB))


def _form(files: list[tuple[str, bytes]], fields: list[tuple[str, str]] | None = None) -> bytes:
    values = [("once", str(uuid4())), *(fields or [("text", "Liitteenä tiedosto")])]
    parts = [
        b'Content-Disposition: form-data; name="%s"\r\n\r\n%s' % (k.encode(), v.encode()) for k, v in values
    ]
    parts += [
        b'Content-Disposition: form-data; name="attached"; filename="%s"\r\n'
        b"Content-Type: application/pdf\r\n\r\n%s" % (name.encode(), content)
        for name, content in files
    ]
    start = b"--" + BOUNDARY
    return b"".join(start + b"\r\n" + part + b"\r\n" for part in parts) + start + b"--\r\n"


def _nested(depth: int) -> bytes:
    """A part that is again made of parts, and so on."""
    opening = b"".join(
        b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (number, number + 1)
        for number in range(depth)
    )
    return b"--fire\r\nContent-Type: multipart/mixed; boundary=b0\r\n\r\n" + opening + b"\r\n--fire--\r\n"


def _zip_bomb() -> bytes:
    """An archive of ten archives of ten megabytes of nothing each."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0", b"\0" * 10 * MIB)
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(10):
            archive.writestr(f"{number}.zip", inner.getvalue())
    return outer.getvalue()
