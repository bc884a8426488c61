"""Inside one look the rows are read once; outside, at every question."""

from kehra.kernel.access.one_look import once, one_look


def test_a_question_is_read_once_in_one_look_and_anew_in_the_next() -> None:
    rows = iter(range(10))
    with one_look():
        assert [once("who", lambda: next(rows)) for _ in range(3)] == [0, 0, 0]
        assert once("another", lambda: next(rows)) == 1
    with one_look():
        assert once("who", lambda: next(rows)) == 2


def test_outside_a_look_nothing_is_remembered() -> None:
    rows = iter(range(10))
    assert [once("who", lambda: next(rows)) for _ in range(3)] == [0, 1, 2]
