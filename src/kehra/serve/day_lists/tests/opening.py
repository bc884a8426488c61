"""Opens a day list as its own script does, for tests; and a unit that has what lists need."""

import json
import re
from base64 import b64decode

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from kehra.kernel.accounts.tests.cast import NOW, Cast
from kehra.serve.day_lists.actions import keys, machines
from kehra.serve.day_lists.models import Machine
from kehra.serve.day_lists.rules import passphrases

PASSPHRASE = "kato-mina-rulo-seti-papu-vilo"


def make_machine(cast: Cast, name: str = "Vastaanotto") -> tuple[Machine, str]:
    """Mikko, the manager, has set the passphrase and registered a machine; its token too."""
    keys.set_passphrase(cast.station, PASSPHRASE, by=cast.actor("mikko"), now=NOW)
    return machines.register(cast.station, name, by=cast.actor("mikko"), now=NOW)


def sealed_in(file: str) -> dict[str, str]:
    """What is closed in the file, with the header that anybody can read."""
    found = re.search(r'id="sealed">(.*?)</script>', file)
    assert found is not None
    sealed: dict[str, str] = json.loads(found[1])
    return sealed


def opened(file: str, passphrase: str = PASSPHRASE) -> dict[str, str]:
    """The list in each language. Raises InvalidTag for a wrong passphrase or a changed file."""
    sealed = sealed_in(file)
    part = {name: b64decode(value) for name, value in sealed.items() if name not in {"header", "iterations"}}
    typed = passphrases.plain(passphrase).encode()
    stretched = PBKDF2HMAC(hashes.SHA256(), 32, part["salt"], int(sealed["iterations"])).derive(typed)
    key = serialization.load_der_private_key(
        AESGCM(stretched).decrypt(part["wrap_iv"], part["wrapped"], b"kehra day list"), None
    )
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), part["point"])
    shared = key.exchange(ec.ECDH(), point)
    secret = HKDF(hashes.SHA256(), 32, salt=part["point"], info=b"kehra day list").derive(shared)
    text = AESGCM(secret).decrypt(part["iv"], part["text"], sealed["header"].encode())
    lists: dict[str, str] = json.loads(text)
    return lists
