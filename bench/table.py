"""The result as a Markdown table: one line per figure, aims and whether they are met at the end of the line."""

from __future__ import annotations

from collections.abc import Sequence

from bench.figure import Figure, number

HEAD = ("figure", "ours", "bare", "ratio", "aim", "met")


def table(figures: Sequence[Figure]) -> str:
    """Columns are padded, so that it reads in a terminal as well as in a page."""
    rows = [HEAD, *(_row(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def _row(figure: Figure) -> tuple[str, ...]:
    return (
        figure.name,
        f"{number(figure.ours)} {figure.unit}",
        "" if figure.bare is None else f"{number(figure.bare)} {figure.unit}",
        "" if figure.ratio is None else number(figure.ratio),
        ", ".join(map(str, figure.aims)),
        ", ".join("yes" if figure.met(aim) else "no" for aim in figure.aims),
    )
