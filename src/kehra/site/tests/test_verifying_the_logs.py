"""`kehra audit verify` as an officer runs it, on the real tables."""

from datetime import timedelta
from pathlib import Path

import pytest

from kehra.site.cli import audit, program
from kehra.site.sealing import keys
from kehra.site.sealing.verify import Report


def test_a_report_names_what_is_wrong_and_what_is_not_known_yet() -> None:
    report = Report("audit", rows=3, seals=2, last_seal="2026-03-02", unsealed=1, head="2:ab")
    assert "  1 rows are newer than the seals: nothing is known of them yet" in list(audit.told(report))
    assert "  Every sealed row is as it was." in list(audit.told(report))
    report.add("changed", "row 7 was changed")
    lines = list(audit.told(report))
    assert "  WRONG (changed): row 7 was changed" in lines
    assert "  Every sealed row is as it was." not in lines


@pytest.mark.parametrize("words", ["--since 2026-13-01", "--head audit", "--head other:1:ab"])
def test_an_option_that_cannot_be_read_is_refused(words: str) -> None:
    with pytest.raises(SystemExit):
        program.parser().parse_args(["audit", "verify", *words.split()])


def test_without_a_key_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(keys.KeyWrong, match="KEHRA_SEAL_PUBLIC_KEY"):
        keys.public(tmp_path)


def test_a_head_is_taken_as_it_was_printed() -> None:
    head = "audit:12:" + "a" * 64
    arguments = program.parser().parse_args(["audit", "verify", "--head", head, "--since", "2026-11-22"])
    assert arguments.head == [("audit", 12, "a" * 64)]
    assert arguments.since.utcoffset() == timedelta()
