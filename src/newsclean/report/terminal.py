"""The account of a cleaned text as a table for the terminal."""

from __future__ import annotations

from rich.console import Group
from rich.table import Table
from rich.text import Text

from newsclean.cleaned import Cleaned
from newsclean.report.visible import shortened, visible

_CONTEXT = 3
_STYLES = {"sure": "green", "likely": "yellow", "guess": "magenta"}


def report(cleaned: Cleaned, name: str) -> Group:
    """What was done, what is only suggested, and how many of each, with the name of the page above."""
    done, suggested = len(cleaned.done), len(cleaned.suggestions)
    head = Text(f"{name}: {_count(done, 'change')}, {_count(suggested, 'suggestion')}", style="bold")
    parts: list[Text | Table] = [head]
    if done:
        parts.append(table(cleaned))
    if suggested:
        parts.append(table(cleaned, suggested=True))
    return Group(*parts)


def table(cleaned: Cleaned, suggested: bool = False) -> Table:
    """One row for each record: place (line:column of the source), rule, before → after, level, why."""
    drawn = Table(
        title="suggested, not done" if suggested else None, title_justify="left", title_style="italic", expand=False
    )
    drawn.add_column("place", no_wrap=True, justify="right")
    drawn.add_column("rule", no_wrap=True)
    drawn.add_column("before → after", overflow="fold")
    drawn.add_column("level", no_wrap=True)
    drawn.add_column("why", overflow="fold")
    for row in cleaned.rows(suggested):
        drawn.add_row(
            f"{row['line']}:{row['column']}",
            Text(row["rule"]),
            _change(cleaned.source, row["start"], row["end"], row["before"], row["after"]),
            Text(row["level"], _STYLES[row["level"]]),
            Text(row["reason"]),
        )
    return drawn


def _change(source: str, start: int, end: int, before: str, after: str) -> Text:
    """The change with a few characters of the source on both sides, so that a reader knows where he is."""
    left, right = visible(source[max(0, start - _CONTEXT) : start]), visible(source[end : end + _CONTEXT])
    return Text.assemble(
        (left, "dim"),
        (shortened(visible(before)), "red"),
        (right, "dim"),
        " → ",
        (left, "dim"),
        (shortened(visible(after)), "green"),
        (right, "dim"),
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
