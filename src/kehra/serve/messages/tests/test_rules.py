"""A file's kind is read from its content; its name is never believed."""

import pytest

from kehra.serve.messages import rules
from kehra.serve.messages.tests.files import HTML, PDF, PNG


@pytest.mark.parametrize(
    ("name", "content", "kept"),
    [
        ("lähete.pdf", PDF, "lähete.pdf"),
        ("kuva.exe", PNG, "kuva.png"),
        ("../../etc/passwd", PDF, "passwd.pdf"),
        ("C:\\omat\\kuva.png", PNG, "kuva.png"),
        ('a";b\r\nX: y.pdf', PDF, "abX y.pdf"),
        ("", PDF, "liite.pdf"),
    ],
)
def test_the_name_is_made_safe_and_gets_the_ending_of_its_content(
    name: str, content: bytes, kept: str
) -> None:
    assert rules.read(name, content).name == kept


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (HTML, "wrong_type"),
        (b"pelkka teksti", "wrong_type"),
        (b"PK\x03\x04" + b"\x00" * 64, "wrong_type"),
        (PDF + b"0" * rules.MAX_BYTES, "too_large"),
    ],
)
def test_other_kinds_are_refused_with_the_reason(content: bytes, code: str) -> None:
    with pytest.raises(rules.BadAttachment) as bad:
        rules.read("kuva.png", content)
    assert bad.value.code == code
