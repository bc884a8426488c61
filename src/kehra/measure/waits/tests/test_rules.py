"""The sums, as tables."""

import pytest

from kehra.measure.waits.rules import Promises, Waiting, waiting, withheld


@pytest.mark.parametrize(
    ("by_days", "expected"),
    [
        ({}, Waiting(0, None, None)),
        ({3: 1}, Waiting(1, 3, 3)),
        ({1: 1, 4: 1}, Waiting(2, 2.5, 4)),
        ({0: 5, 10: 1}, Waiting(6, 0, 10)),
        ({0: 2, 7: 3}, Waiting(5, 7, 7)),
        ({2: 1, 9: 0}, Waiting(1, 2, 2)),
    ],
)
def test_half_have_waited_at_most_the_median(by_days: dict[int, int], expected: Waiting) -> None:
    assert waiting(by_days) == expected


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({}, set()),
        ({"a": 5, "b": 100}, set()),
        ({"a": 0, "b": 7}, set()),
        ({"a": 4, "b": 7, "c": 6}, {"a", "c"}),  # alone it would be the sum less the others
        ({"a": 4, "b": 1, "c": 6}, {"a", "b"}),
        ({"a": 4}, {"a"}),
    ],
)
def test_small_numbers_are_withheld_and_never_one_alone(counts: dict[str, int], expected: set[str]) -> None:
    assert withheld(counts) == expected


def test_promises_add_up() -> None:
    assert (Promises(1, 2) + Promises(2, 2)).share == 75
    assert Promises().share is None
