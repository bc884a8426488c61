"""Files are read line by line, and whatever is wrong is said with its place and what to do."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehra.kernel.accounts.tests.cast import NOW
from kehra.kernel.people.rules import artificial_code
from kehra.serve.imports.rules import lines

HEADER = "id;identity_code;service;unit;contacted_at"
GOOD = "1;010146-900C;reception;Terveysasema;2026-02-02T09:30"
BOOKINGS = "id;queue_id;professional;starts_at;ends_at;booked_at"


def code() -> str:
    return artificial_code(date(1946, 1, 1), 900)


def read(text: str) -> tuple[list[lines.Queued], list[lines.Wrong]]:
    return lines.queues("jono.csv", text.replace("010146-900C", code()).encode(), now=NOW)


def test_a_line_is_read_in_helsinki_time() -> None:
    ((line,), wrong) = read(f"{HEADER}\n{GOOD}\n")
    assert wrong == []
    assert line.contacted_at.isoformat() == "2026-02-02T07:30:00+00:00"
    assert (line.line, line.urgency, line.channel) == (2, 3, "referral")


@pytest.mark.parametrize(
    "text",
    [f"\ufeff{HEADER}\n{GOOD}\n", f"{HEADER}\n{GOOD}\n".replace(";", ","), f"{HEADER}\n\n{GOOD}"],
)
def test_what_spreadsheets_write_is_read(text: str) -> None:
    found, wrong = read(text)
    assert (len(found), wrong) == (1, [])


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("010146-900C", "010146-900X", "identity_code"),
        ("2026-02-02T09:30", "2.2.2026", "contacted_at"),
        ("2026-02-02T09:30", "2026-02-30", "contacted_at"),
        ("2026-02-02T09:30", "2027-02-02", "contacted_at"),
        ("2026-02-02T09:30", "0026-02-02", "contacted_at"),
        ("2026-02-02T09:30", "2025-10-26T03:30", "contacted_at"),
        ("reception", "", "service"),
        ("reception", "x" * 5001, "service"),
    ],
)
def test_a_wrong_cell_is_named_and_not_repeated(old: str, new: str, column: str) -> None:
    found, (wrong,) = read(f"{HEADER}\n{GOOD.replace(old, new)}\n")
    assert found == []
    assert (wrong.line, wrong.column) == (2, column)
    assert not new or new not in str(wrong)


def test_every_wrong_line_is_told_and_the_right_ones_are_read() -> None:
    found, wrong = read(f"{HEADER}\n{GOOD}\n2;x;x;x;x\n{GOOD}\n")
    assert len(found) == 1
    assert [each.line for each in wrong] == [3, 4]
    assert "line 2" in wrong[1].what


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "missing: id"),
        (b"\xff\xfe", "not UTF-8"),
        (f"{HEADER}\n{GOOD}\n".encode() + b"\xe4", "not UTF-8"),
        (b"\0", "not text"),
        (b"x" * (lines.LARGEST + 1), "larger than"),
        (f"{HEADER};id\n".encode(), "twice: id"),
        (f"{HEADER};height\n".encode(), "unknown: height"),
        (f"{HEADER}\n1;2\n".encode(), "2 columns where"),
        ((HEADER + '\n"' + "x" * 200_000).encode(), "not CSV"),
        ((HEADER + "\n" * (lines.MOST_LINES + 5) + GOOD).encode(), "more than"),
    ],
)
def test_a_file_that_is_none_of_ours_is_refused_in_words(content: bytes, told: str) -> None:
    found, (wrong,) = lines.queues("jono.csv", content, now=NOW)
    assert found == []
    assert told in wrong.what


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("1;1;t;2026-04-01T10:00;2026-04-01T09:00;2026-03-01", "ends_at"),
        ("1;1;t;2026-03-01T10:00;2026-03-01T11:00;2026-03-01", "starts_at"),
        ("1;1;t;2026-04-01T10:00;2026-04-01T11:00;2026-04-01", "booked_at"),
    ],
)
def test_a_booking_that_cannot_be_is_told(line: str, column: str) -> None:
    _found, (wrong,) = lines.bookings("ajat.csv", f"{BOOKINGS}\n{line}".encode(), now=NOW)
    assert wrong.column == column


@given(st.binary(max_size=300))
def test_whatever_comes_is_read_or_refused(content: bytes) -> None:
    for start in (b"", HEADER.encode() + b"\n"):
        found, wrong = lines.queues("jono.csv", start + content, now=NOW)
        assert all(each.what for each in wrong)
        assert all(each.contacted_at <= NOW for each in found)
