"""What was done to a text and why: the account that :func:`newsclean.explain` gives.

One :class:`Record` stands for one edit of one step, with its place in the text as it was read. What several steps did
to one place stands in as many records, in the order in which it was done.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple

from newsclean.edits import Edit, Level, apply_edits, check_text
from newsclean.steps import TextStep
from newsclean.trace import Change, Trace, compose

if TYPE_CHECKING:
    from rich.table import Table


class Record(NamedTuple):
    """One edit of one step: done, or only suggested.

    Attributes:
        step: the name of the step.
        rule: which of its rules proposed it.
        start, end: its place in the text as it was read, in code points.
        before, after: the text as the step found it there, and as it left it.
        level: how sure the rule is.
        reason: why, in words.
    """

    step: str
    rule: str
    start: int
    end: int
    before: str
    after: str
    level: Level
    reason: str


class Place(NamedTuple):
    """A place of the source that changed, with the numbers of the records that changed it."""

    edit: Edit
    records: tuple[int, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Cleaned:
    """A cleaned text with the account of every change.

    Attributes:
        source: the text as it was given.
        text: the text as it is now.
        done: every edit that was made, by its place in the source; at one place in the order in which it was done.
        suggestions: what the rules thought likely but not likely enough to do, at places that nothing changed.
        trace: where each character of ``text`` came from.

    >>> from newsclean.steps import Step
    >>> def commas(text):
    ...     for place, character in enumerate(text):
    ...         if character == ",":
    ...             yield Edit(place, place + 1, "，", "commas", Level.SURE, "between Chinese characters")
    >>> cleaned = explain_with(Step("punctuation", commas), "天晴,风止")
    >>> cleaned.text
    '天晴，风止'
    >>> cleaned.at(2)[0].reason
    'between Chinese characters'
    >>> cleaned.undo()
    '天晴,风止'
    """

    source: str
    text: str
    done: tuple[Record, ...]
    suggestions: tuple[Record, ...] = ()
    trace: Trace = field(default_factory=Trace)
    places: tuple[Place, ...] = ()

    def __repr__(self) -> str:
        """How much was done, on one line."""
        return f"Cleaned(characters={len(self.text)}, done={len(self.done)}, suggestions={len(self.suggestions)})"

    def at(self, start: int, end: int | None = None) -> tuple[Record, ...]:
        """The records of what was done at a place of the source, in the order in which it was done.

        Args:
            start: a code point of the source.
            end: the end of the place; left out, the place is the one character at ``start``.
        """
        last = start + 1 if end is None else end
        return tuple(r for r in self.done if (r.start < last and r.end > start) or r.start == r.end == start)

    def undo(self, records: Record | Iterable[Record] | None = None) -> str:
        """The text with some changes taken back: by default all, which gives the source.

        Args:
            records: the record or records to take back. What else was done at the very same place is taken back with
                them.

        Raises:
            ValueError: something else than a record of this text was given.

        >>> from newsclean.steps import Step
        >>> def marks(text):
        ...     for place, character in enumerate(text):
        ...         if character in ",?":
        ...             yield Edit(place, place + 1, {",": "，", "?": "？"}[character], "marks")
        >>> cleaned = explain_with(Step("punctuation", marks), "天晴,风止?")
        >>> cleaned.undo(record for record in cleaned.done if record.after == "？")
        '天晴，风止?'
        """
        if records is None:
            return self.source
        unwanted = {records} if isinstance(records, Record) else set(records)
        if strangers := [record for record in unwanted.difference(self.done) if record not in self.suggestions]:
            raise ValueError(f"no record of this text: {strangers[0]!r:.200}; give some of its done")
        return apply_edits(
            self.source, [edit for edit, made in self.places if not any(self.done[k] in unwanted for k in made)]
        )

    def rows(self, suggested: bool = False) -> list[dict[str, Any]]:
        """The records as plain rows for a table, a data frame or JSON.

        Args:
            suggested: give the suggestions instead of what was done.

        Returns:
            One dict for each record, with its line and column (both counted from 1) and the fields of :class:`Record`;
            the level is a word.
        """
        return list(self._rows(self.suggestions if suggested else self.done))

    def _rows(self, records: Iterable[Record]) -> Iterator[dict[str, Any]]:
        ends = list(accumulate(len(line) for line in self.source.split("\n")[:-1]))
        begins = [0, *(end + k + 1 for k, end in enumerate(ends))]
        for record in records:
            line = bisect_right(begins, record.start)
            yield {
                "line": line,
                "column": record.start - begins[line - 1] + 1,
                **record._asdict(),
                "level": record.level.name.lower(),
            }

    def to_json(self) -> dict[str, Any]:
        """The text and the rows as plain lists and dicts that :func:`json.dumps` takes."""
        return {"text": self.text, "done": self.rows(), "suggestions": self.rows(suggested=True)}

    def __rich__(self) -> Table:
        from newsclean.report.terminal import table

        return table(self)

    def _repr_html_(self) -> str:
        from newsclean.report.html import fragment

        return fragment(self)


def explain_with(step: TextStep, text: str) -> Cleaned:
    """Apply a step or a pipeline and keep the account of everything that it did.

    Args:
        step: a step or a pipeline.
        text: any text.

    Returns:
        The cleaned text with its records, suggestions and trace.

    Raises:
        TypeError: it is no step or pipeline, or no text.
    """
    if not hasattr(step, "history"):
        raise TypeError(f"a step or pipeline is wanted, not {step!r:.60}; newsclean.explain takes the name of a preset")
    check_text(text)
    changes: tuple[Change, ...] = ()
    made: list[tuple[int, ...]] = []  # for each change, the numbers of the records that made it
    records: list[Record] = []
    suggested: list[Record] = []
    source = text
    for single, before, edits in step.history(text):
        so_far = Trace(changes)
        suggested += (_record(single.name, edit, before, so_far) for edit in single.suggestions(before))
        composed = list(compose(changes, Trace.of(edits).changes))
        first = len(records)
        made = [(*(n for k in earlier for n in made[k]), *(first + k for k in later)) for _, earlier, later in composed]
        records += (_record(single.name, edit, before, so_far) for edit in edits)
        changes = tuple(change for change, _, _ in composed)
        text = apply_edits(before, edits)
    return _sorted(source, text, records, suggested, changes, made)


def _record(step: str, edit: Edit, before: str, so_far: Trace) -> Record:
    start, end = so_far.source_span(edit.start, edit.end)
    return Record(step, edit.rule, start, end, before[edit.start : edit.end], edit.new, edit.level, edit.reason)


def _sorted(
    source: str,
    text: str,
    records: list[Record],
    suggested: list[Record],
    changes: tuple[Change, ...],
    made: list[tuple[int, ...]],
) -> Cleaned:
    """The account with its records by place instead of by step."""
    order = sorted(range(len(records)), key=lambda n: (records[n].start, n))
    number = {n: place for place, n in enumerate(order)}
    places = tuple(
        Place(
            Edit(change.source_start, change.source_end, text[change.output_start : change.output_end], "place"),
            tuple(sorted(number[n] for n in numbers)),
        )
        for change, numbers in zip(changes, made, strict=True)
    )
    ends = [place.edit.end for place in places]
    kept = dict.fromkeys(r for r in suggested if not _touched(r, places, ends))
    return Cleaned(
        source,
        text,
        tuple(records[n] for n in order),
        tuple(sorted(kept, key=lambda r: r.start)),
        Trace(changes),
        places,
    )


def _touched(record: Record, places: tuple[Place, ...], ends: list[int]) -> bool:
    """Whether something was done at the place of a suggestion after all."""
    index = bisect_right(ends, record.start)
    return index < len(places) and places[index].edit.start < record.end
