"""The account of a cleaned text as HTML: for notebooks, and as a page that stands by itself."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from newsclean.cleaned import Cleaned, Record
from newsclean.report.visible import shortened, visible

STYLE = """
.newsclean pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; line-height: 1.6; text-align: left }
.newsclean del { background: #fdd; color: #900 } .newsclean ins { background: #dfd; color: #060; text-decoration: none }
.newsclean mark { background: #ffc; color: inherit }
.newsclean td, .newsclean th { text-align: left; vertical-align: top; padding: .1em .6em }
"""


def fragment(cleaned: Cleaned, name: str | None = None) -> str:
    """The text with every change marked in its place, and a table of the changes to unfold.

    What was taken out stands in ``<del>``, what was put in stands in ``<ins>``, what is only suggested in ``<mark>``;
    the reason shows when the pointer rests on it.
    """
    head = f"<h2>{escape(name)}</h2>\n" if name else ""
    done, suggested = len(cleaned.done), len(cleaned.suggestions)
    return (
        f'<div class="newsclean"><style>{STYLE}</style>\n{head}'
        f"<details><summary>changes: {done}, suggestions: {suggested}</summary>\n"
        f"{_table(cleaned)}{_table(cleaned, suggested=True)}</details>\n"
        f"<pre>{''.join(_marked(cleaned))}</pre></div>\n"
    )


def _marked(cleaned: Cleaned) -> Iterator[str]:
    at = 0
    hints = iter((*cleaned.suggestions, None))
    hint = next(hints)
    for edit, numbers in (*cleaned.places, (None, ())):
        until = len(cleaned.source) if edit is None else edit.start
        while hint and hint.start < until:  # suggestions stand only where nothing was done
            if hint.start >= at:
                end = min(hint.end, until)
                yield escape(cleaned.source[at : hint.start])
                yield f'<mark title="{_title(hint)}">{escape(cleaned.source[hint.start : end])}</mark>'
                at = end
            hint = next(hints)
        yield escape(cleaned.source[at:until])
        if edit is not None:
            title = "&#10;".join(_title(cleaned.done[n]) for n in numbers)
            before = cleaned.source[edit.start : edit.end]
            if before:
                yield f'<del title="{title}">{escape(visible(before) if before.isspace() else before)}</del>'
            if edit.new:
                yield f'<ins title="{title}">{escape(edit.new)}</ins>'
            at = edit.end


def _title(record: Record) -> str:
    change = f"{shortened(visible(record.before))} → {shortened(visible(record.after))}"
    return escape(f"{record.rule} ({record.level.name.lower()}): {change}  {record.reason}")


def _table(cleaned: Cleaned, suggested: bool = False) -> str:
    rows = "".join(
        f"<tr><td>{row['line']}:{row['column']}</td><td>{escape(row['rule'])}</td>"
        f"<td>{escape(shortened(visible(row['before'])))} → {escape(shortened(visible(row['after'])))}</td>"
        f"<td>{row['level']}</td><td>{escape(row['reason'])}</td></tr>\n"
        for row in cleaned.rows(suggested)
    )
    if not rows:
        return ""
    caption = "<caption>suggested, not done</caption>" if suggested else ""
    return (
        f"<table>{caption}<tr><th>place</th><th>rule</th><th>before → after</th><th>level</th><th>why</th></tr>\n"
        f"{rows}</table>\n"
    )
