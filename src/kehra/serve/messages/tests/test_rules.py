"""A file's kind is read from its content; its name is never believed."""

import pytest

from kehra.serve.messages import rules
from kehra.serve.messages.tests.files import HTML, JPEG, PDF, PNG, ZIP, jpeg, png


@pytest.mark.parametrize(
    ("name", "content", "kept"),
    [
        ("lähete.pdf", PDF, "lähete.pdf"),
        ("kuva.exe", PNG, "kuva.png"),
        ("../../etc/passwd", PDF, "passwd.pdf"),
        ("C:\\omat\\kuva.png", PNG, "kuva.png"),
        ('a";b\r\nX: y.pdf', PDF, "abX y.pdf"),
        ("", PDF, "liite.pdf"),
        ("kuva.jpeg", JPEG, "kuva.jpg"),
        ("kuva.jpeg", JPEG + b"a film of the telephone", "kuva.jpg"),
        ("lasku\u202egnp.exe", PDF, "laskugnp.pdf"),
        ("a\x00b\x1b[31mc\u200b.pdf", PDF, "ab31mc.pdf"),
        ("Aiti\u0308.pdf".replace("Ai", "A\u0308i"), PDF, "Äitï.pdf"),
        ("x" * 5000 + ".pdf", PDF, "x" * 80 + ".pdf"),
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
        (PDF[:-6], "wrong_type"),
        (PDF + b"0" * 2000, "wrong_type"),
        (b"GIF89a" + PDF, "wrong_type"),
        (PDF + ZIP, "wrong_type"),
        (JPEG + ZIP + b"comment", "wrong_type"),
        (PNG + b"#!/bin/sh", "wrong_type"),
        (PNG[:-1], "wrong_type"),
        (b"%PDF-1.7 <script>alert(1)</script>" + PDF, "wrong_type"),
        (png(60_000, 60_000), "wrong_type"),
        (png(0, 1), "wrong_type"),
        (jpeg(60_000, 60_000), "wrong_type"),
        (b"\xff\xd8\xff" * 1000, "wrong_type"),
        (PDF.replace(b"<<>>", b"<</S /JavaScript /JS (x)>>"), "active"),
        (PDF.replace(b"<<>>", b"<</S /J#61vaScript /JS (x)>>"), "active"),
        (PDF.replace(b"<<>>", b"<</Names <</EmbeddedFiles 2 0 R>>>>"), "active"),
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
