"""The book of seals of one trail: two files, outside the database, to which is only ever added.

`audit.seals` has a line for each seal: what it says, signed, with the hash of the line before it.
`audit.records` has the records of the sealed rows in the order of sealing; each seal says how far its own
reach. They are written and forced to the disk before the seal, so a seal never speaks of what is not there.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kehra.site.environment import SettingError
from kehra.site.sealing import keys, merkle
from kehra.site.sealing.trails import RECORD

# A gap that may still fill: from, to, and the transaction that must have ended before it closes (None
# until the look after the one that noticed it).
Gap = tuple[int, int, int | None]


class BookWrong(SettingError):
    """The book is not as it was left; the message says what is wrong with it."""


@dataclass(frozen=True)
class Seal:
    """One line. A seal of rows signs the root over their records; a statement says what was declared.

    upto      the last number looked for; rows up to it are sealed, or lie in one of the gaps in `open`
    history   rows up to this number were there when sealing began, so their times tell nothing
    since     when the look before this one was: what is sealed here came between `since` and `time`
    end       where its records end in the file of records
    """

    trail: str
    number: int
    time: str
    since: str
    rows: int
    root: str
    upto: int
    history: int
    end: int
    form: int = 1
    open: list[Gap] = field(default_factory=list)
    statement: dict[str, Any] = field(default_factory=dict)
    previous: str = ""

    def text(self) -> bytes:
        """What is signed."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":")).encode()

    def line(self, key: Ed25519PrivateKey) -> bytes:
        """The line of the file, without its end."""
        return self.text() + b" " + key.sign(self.text()).hex().encode()


def read_line(line: bytes) -> tuple[Seal, bytes, bytes]:
    """The seal, the signed text and the signature. Raises ValueError for what is no line of a book."""
    text, _, signature = line.rpartition(b" ")
    try:
        fields = json.loads(text)
        fields["open"] = [(low, high, xid) for low, high, xid in fields["open"]]
        return Seal(**fields), text, bytes.fromhex(signature.decode("ascii"))
    except (TypeError, KeyError, ValueError) as error:
        raise ValueError(f"not a seal: {error}") from None


def hash_of(line: bytes) -> str:
    """What the next line says of this one."""
    return sha256(line).hexdigest()


class Book:
    """The two files of a trail in `folder`."""

    def __init__(self, folder: Path, trail: str) -> None:
        self.seals = folder / f"{trail}.seals"
        self.records = folder / f"{trail}.records"

    def lines(self) -> Iterator[bytes]:
        """Every line, without its end; the last one may be torn (see `torn`)."""
        if self.seals.exists():
            with self.seals.open("rb") as file:
                for line in file:
                    yield line.rstrip(b"\n")

    def torn(self) -> bool:
        """Whether the last line was not finished: a crash, or somebody's hand."""
        return self._whole() != self._size(self.seals)

    def last(self, key: Ed25519PublicKey) -> tuple[Seal, str] | None:
        """The last whole seal and its hash. Raises BookWrong if it is not signed by the key."""
        line = self._last_line()
        if not line:
            return None
        try:
            seal, text, signature = read_line(line)
        except ValueError as error:
            raise BookWrong(f"The last line of {self.seals} is {error}.") from None
        if not keys.signed(key, signature, text):
            raise BookWrong(f"The last seal of {self.seals} is not signed by our key.")
        if self._size(self.records) < seal.end:
            raise BookWrong(f"{self.records} is shorter than the last seal says.")
        return seal, hash_of(line)

    def mend(self, end: int) -> None:
        """Cuts off what a crash left: an unfinished line, and records that no seal speaks of."""
        for path, size in ((self.seals, self._whole()), (self.records, end)):
            if path.exists() and self._size(path) > size:
                os.truncate(path, size)

    def add(self, seal: Seal, records: list[bytes], key: Ed25519PrivateKey) -> str:
        """Writes the records and then the seal, each forced to the disk. Returns the line's hash."""
        if records:
            _append(self.records, b"".join(records))
        line = seal.line(key)
        _append(self.seals, line + b"\n")
        return hash_of(line)

    def records_between(self, start: int, end: int) -> list[bytes]:
        """The records at these places of the file; fewer if it is shorter."""
        if start == end:
            return []
        with self.records.open("rb") as file:
            file.seek(start)
            data = file.read(end - start)
        return [data[at : at + RECORD] for at in range(0, len(data) - RECORD + 1, RECORD)]

    def _last_line(self) -> bytes:
        """The last whole line, read from the end: the file may be large."""
        whole = self._whole()
        if not whole:
            return b""
        with self.seals.open("rb") as file:
            size = 4096
            while True:
                start = max(0, whole - size)
                file.seek(start)
                lines = file.read(whole - start).rstrip(b"\n").split(b"\n")
                if len(lines) > 1 or start == 0:
                    return lines[-1]
                size *= 4

    def _whole(self) -> int:
        """The length of the file up to the end of its last whole line."""
        size = self._size(self.seals)
        step = 4096
        while size:
            start = max(0, size - step)
            with self.seals.open("rb") as file:
                file.seek(start)
                found = file.read(size - start).rfind(b"\n")
            if found >= 0:
                return start + found + 1
            if start == 0:
                return 0
            step *= 4
        return 0

    @staticmethod
    def _size(path: Path) -> int:
        return path.stat().st_size if path.exists() else 0


def root_of(records: list[bytes]) -> str:
    """The root that a seal signs, in hexadecimal."""
    return merkle.root([merkle.leaf(record) for record in records]).hex()


def _append(path: Path, data: bytes) -> None:
    made = not path.exists()
    with open(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640), "ab") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    if made:  # A new name is safe only when its folder is on the disk too.
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
