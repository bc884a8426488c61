"""The tree is that of RFC 6962, section 2.1."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehra.site.sealing import merkle


def of_the_rfc(leaves: list[bytes]) -> bytes:
    """As the RFC writes it: split at the largest power of two below the number."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + of_the_rfc(leaves[:k]) + of_the_rfc(leaves[k:])).digest()


@given(st.lists(st.binary(max_size=4), max_size=70))
def test_it_is_the_tree_of_the_rfc(entries: list[bytes]) -> None:
    leaves = [merkle.leaf(entry) for entry in entries]
    assert merkle.root(leaves) == of_the_rfc(leaves)


# The roots of the first entries of Certificate Transparency's own test vectors: "", 00, 10.
@pytest.mark.parametrize(
    ("entries", "root"),
    [
        ([], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ([""], "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        (["", "00"], "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
        (["", "00", "10"], "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
    ],
)
def test_known_roots(entries: list[str], root: str) -> None:
    assert merkle.root([merkle.leaf(bytes.fromhex(entry)) for entry in entries]).hex() == root


def test_a_node_does_not_pass_for_a_leaf() -> None:
    left, right = merkle.leaf(b"a"), merkle.leaf(b"b")
    assert merkle.root([left, right]) != merkle.leaf(left + right)
