"""Writes small DMN files for the tests."""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr


def table(
    inputs: Sequence[tuple[str, str]],
    outputs: Sequence[tuple[str, str]],
    rows: Sequence[Sequence[str]],
    *,
    policy: str = "FIRST",
    extra: str = "",
    allowed: str = "",
) -> bytes:
    """A DMN file with one table; a row has the cells of inputs and outputs and may end in an annotation."""
    values = f"<inputValues><text>{escape(allowed)}</text></inputValues>" if allowed else ""
    columns = [
        f"<input><inputExpression typeRef={quoteattr(kind)}><text>{escape(name)}</text></inputExpression>"
        f"{values}</input>"
        for name, kind in inputs
    ]
    columns += [f"<output name={quoteattr(name)} typeRef={quoteattr(kind)}/>" for name, kind in outputs]
    columns.append('<annotation name="why"/>')
    lines = [_row(n, row, len(inputs), len(outputs)) for n, row in enumerate(rows, 1)]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d">'
        f'<decision id="try" name="Try"><decisionTable hitPolicy="{policy}">'
        f"{''.join(columns)}{''.join(lines)}{extra}</decisionTable></decision></definitions>"
    ).encode()


def _row(number: int, row: Sequence[str], inputs: int, outputs: int) -> str:
    kinds = ["inputEntry"] * inputs + ["outputEntry"] * outputs + ["annotationEntry"]
    cells = [f"<{kind}><text>{escape(text)}</text></{kind}>" for kind, text in zip(kinds, row, strict=False)]
    return f'<rule id="r{number}">{"".join(cells)}</rule>'
