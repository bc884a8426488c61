"""The sealing key: Ed25519, made once, kept outside the database beside the seals.

Whoever has it can make seals. Its folder should belong to a user of the operating system that the web
server is not (README, "The log that can be believed").
"""

import os
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kehra.site.environment import SettingError

NAME, PUBLIC_NAME = "key", "key.public"


class KeyWrong(SettingError):
    """The key is missing or is no key; the message says what to do."""


def ensure(folder: Path) -> Ed25519PrivateKey:
    """The key of the folder, made if there is none yet; its public half is written beside it."""
    path = folder / NAME
    if not path.exists():
        key = Ed25519PrivateKey.generate()
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(key.private_bytes_raw())
            os.fsync(file.fileno())
        (folder / PUBLIC_NAME).write_text(public_text(key.public_key()) + "\n", encoding="ascii")
    try:
        return Ed25519PrivateKey.from_private_bytes(path.read_bytes())
    except (OSError, ValueError) as error:
        raise KeyWrong(f"The sealing key {path} cannot be used: {error}. Restore it from a copy.") from None


def public(folder: Path, trusted: str = "") -> Ed25519PublicKey:
    """The key that checks seals: `trusted` (64 hexadecimal digits, kept elsewhere), or else the one in
    the folder, which whoever replaces the seals can replace too."""
    try:
        text = trusted or (folder / PUBLIC_NAME).read_text(encoding="ascii")
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(text.strip()))
    except (OSError, ValueError) as error:
        raise KeyWrong(
            f"There is no public key to check seals with ({error}). Nothing has been sealed in {folder}, or "
            "the key is gone: set KEHRA_SEAL_PUBLIC_KEY to the copy that was kept elsewhere."
        ) from None


def public_text(key: Ed25519PublicKey) -> str:
    """The key as 64 hexadecimal digits, to be kept elsewhere."""
    return key.public_bytes_raw().hex()


def fingerprint(key: Ed25519PublicKey) -> str:
    """The first digits of the key's hash, to be compared by eye."""
    return sha256(key.public_bytes_raw()).hexdigest()[:16]


def signed(key: Ed25519PublicKey, signature: bytes, text: bytes) -> bool:
    """Whether the key's owner has signed this."""
    try:
        key.verify(signature, text)
    except InvalidSignature:
        return False
    return True
