"""The hash tree of RFC 6962 (Certificate Transparency), section 2.1: a leaf and a node are hashed
with different first bytes, so that neither can pass for the other."""

from collections.abc import Sequence
from hashlib import sha256

EMPTY = sha256(b"").digest()


def leaf(entry: bytes) -> bytes:
    """The hash of one entry."""
    return sha256(b"\x00" + entry).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over the hashes of entries, in their order.

    The RFC splits at the largest power of two below the number of leaves; joining neighbours level by
    level, an odd one going up alone, gives the same tree without recursion.
    """
    level = list(leaves)
    if not level:
        return EMPTY
    while len(level) > 1:
        joined = [
            sha256(b"\x01" + left + right).digest()
            for left, right in zip(level[::2], level[1::2], strict=False)
        ]
        level = joined + level[len(joined) * 2 :]
    return level[0]
