"""What the program writes to its log of errors: where it went wrong, never with whose data."""

import logging
import traceback
from collections.abc import Iterator


class Places(logging.Formatter):
    """A traceback with the places and the kind of each error, without what the error says: a database or a
    conversion quotes the very values that it refused, and those are people's names and addresses."""

    def formatException(self, ei: object) -> str:  # noqa: N802 - named by logging
        """The chain of errors, the first cause first."""
        error = ei[1] if isinstance(ei, tuple) else None
        return "\n".join(reversed(list(_told(error))))


def _told(error: BaseException | None) -> Iterator[str]:
    while error is not None:
        places = "".join(traceback.format_tb(error.__traceback__))
        yield f"{places}{type(error).__module__}.{type(error).__qualname__}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
