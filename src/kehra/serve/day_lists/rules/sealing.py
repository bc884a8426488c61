"""How a day list is closed, so that the server can make one and cannot open it (decision 0018).

A unit has a key pair. The server keeps its public half, to which each list is encrypted, and its private
half only wrapped by the passphrase, which it does not keep. The wrapped half travels inside every file, so
that the file and the passphrase are all that is needed to open it. P-256, HKDF, PBKDF2 and AES-GCM are what
the WebCrypto of every browser has; `file.js` is the other half of this module.
"""

import json
import os
from base64 import b64encode
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from kehra.serve.day_lists.rules import passphrases

ITERATIONS: Final = 600_000  # of PBKDF2 with SHA-256: about half a second at the reception's machine
_CURVE: Final = ec.SECP256R1()
_PURPOSE: Final = b"kehra day list"


@dataclass(frozen=True, slots=True)
class Key:
    """A unit's key pair as the server may know it: `public` is an uncompressed point, `wrapped` the private
    half (PKCS #8) under the passphrase."""

    public: bytes
    wrapped: bytes
    salt: bytes
    iv: bytes
    iterations: int = ITERATIONS


def new_key(passphrase: str) -> Key:
    """A fresh key pair, its private half wrapped by the passphrase and then forgotten."""
    private = ec.generate_private_key(_CURVE)
    salt, iv = os.urandom(16), os.urandom(12)
    stretched = PBKDF2HMAC(hashes.SHA256(), 32, salt, ITERATIONS).derive(
        passphrases.plain(passphrase).encode()
    )
    written = private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Key(
        public=_point(private.public_key()),
        wrapped=AESGCM(stretched).encrypt(iv, written, _PURPOSE),
        salt=salt,
        iv=iv,
    )


def seal(text: str, key: Key, *, header: dict[str, str]) -> str:
    """The text closed for whoever has the passphrase, as JSON for the file. `header` can be read without it,
    but not changed: the text then does not open."""
    once = ec.generate_private_key(_CURVE)
    shared = once.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, key.public))
    point, iv = _point(once.public_key()), os.urandom(12)
    secret = HKDF(hashes.SHA256(), 32, salt=point, info=_PURPOSE).derive(shared)
    head = json.dumps(header, sort_keys=True)
    parts = {
        "wrapped": key.wrapped,
        "salt": key.salt,
        "wrap_iv": key.iv,
        "point": point,
        "iv": iv,
        "text": AESGCM(secret).encrypt(iv, text.encode(), head.encode()),
    }
    coded = {name: b64encode(value).decode() for name, value in parts.items()}
    return json.dumps({"header": head, "iterations": key.iterations, **coded})


def _point(public: ec.EllipticCurvePublicKey) -> bytes:
    return public.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
