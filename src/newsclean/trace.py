"""Trace: where each character of an output came from.

A trace holds only the places that changed, as pairs of spans ``(source start, source end, output start, output end)``;
between them the text is the same, shifted. Traces compose in the order of a pipeline, so that any span of the cleaned
page leads back to the page as it was read. The algebra (compose, invert, map) is that of change sets in
collaborative editors.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from newsclean.edits import Edit

Span = tuple[int, int]
"""Start and end in code points; the end is not part of it."""


class Change(NamedTuple):
    """One place that changed: ``source[source_start:source_end]`` became ``output[output_start:output_end]``."""

    source_start: int
    source_end: int
    output_start: int
    output_end: int


@dataclass(frozen=True, slots=True, repr=False)
class Trace:
    """Where each character of an output came from.

    Attributes:
        changes: the places that changed, sorted, none overlapping another.

    >>> trace = Trace.of([Edit(1, 2, "", "spaces"), Edit(3, 4, "月", "radical")])
    >>> trace.source_span(1, 3)       # output[1:3] came from source[2:4]
    (2, 4)
    >>> trace.output_span(0, 4)
    (0, 3)
    """

    changes: tuple[Change, ...] = ()

    def __repr__(self) -> str:
        """How many places changed, on one line."""
        return f"Trace(changes={len(self.changes)})"

    @classmethod
    def of(cls, edits: Iterable[Edit]) -> Trace:
        """The trace of settled edits."""
        shift = 0
        changes = []
        for edit in edits:
            start = edit.start + shift
            changes.append(Change(edit.start, edit.end, start, start + len(edit.new)))
            shift += len(edit.new) - (edit.end - edit.start)
        return cls(tuple(changes))

    def source_span(self, start: int, end: int) -> Span:
        """The least span of the source that ``output[start:end]`` came from.

        A span that cuts a changed place in two takes the whole of that place. What was deleted at the span's edges
        does not belong to it.
        """
        return _map_span(self.changes, start, end)

    def output_span(self, start: int, end: int) -> Span:
        """The least span of the output that ``source[start:end]`` went to; empty where all of it was deleted."""
        return _map_span(self.inverted().changes, start, end)

    def inverted(self) -> Trace:
        """The trace that leads from the output to the source."""
        return Trace(tuple(Change(o0, o1, s0, s1) for s0, s1, o0, o1 in self.changes))

    def then(self, later: Trace) -> Trace:
        """This trace followed by a later one, as a single trace from the first source to the last output.

        >>> Trace.of([Edit(0, 1, "", "a")]).then(Trace.of([Edit(0, 1, "", "b")])).source_span(0, 1)
        (2, 3)
        """
        if not self.changes or not later.changes:
            return self if self.changes else later
        return Trace(tuple(change for change, _, _ in compose(self.changes, later.changes)))


def _map_span(changes: Sequence[Change], start: int, end: int) -> Span:
    """Map a span of the output to the source."""
    if start == end:
        place = _map_place(changes, start, leading=True)
        return place, place
    return _map_place(changes, start, leading=True), _map_place(changes, end, leading=False)


def _map_place(changes: Sequence[Change], place: int, leading: bool) -> int:
    """Map one edge of a span: deletions at a leading edge lie before it, at a trailing edge behind it."""
    if leading:  # the last change that begins at or before the place
        index = bisect_right(changes, place, key=lambda change: change.output_start) - 1
    else:  # the last change that begins before the place
        index = bisect_left(changes, place, key=lambda change: change.output_start) - 1
    if index < 0:
        return place
    source_start, source_end, _, output_end = changes[index]
    if place >= output_end:
        return source_end + place - output_end
    return source_start if leading else source_end


def compose(first: Sequence[Change], later: Sequence[Change]) -> Iterator[tuple[Change, range, range]]:
    """Changes source → middle followed by changes middle → output, as changes source → output.

    Changes that overlap in the middle text become one, and so do a deletion and an insertion at the same place of it;
    those that only touch stay apart. With each come the indices of the changes in ``first`` and ``later`` that made it.
    """
    places = [(c.output_start, c.output_end, False, k) for k, c in enumerate(first)]
    places += [(c.source_start, c.source_end, True, k) for k, c in enumerate(later)]
    places.sort()
    shift_first = shift_later = 0  # middle - source and output - middle, behind the changes already passed
    at = i = j = 0
    while at < len(places):
        start, end = places[at][:2]
        source_start, output_start, from_i, from_j = start - shift_first, start + shift_later, i, j
        while at < len(places) and (places[at][0] < end or places[at][1] == start):
            _, place_end, is_later, k = places[at]
            if is_later:
                j, shift_later = k + 1, later[k].output_end - place_end
            else:
                i, shift_first = k + 1, place_end - first[k].source_end
            end = max(end, place_end)
            at += 1
        yield (
            Change(source_start, end - shift_first, output_start, end + shift_later),
            range(from_i, i),
            range(from_j, j),
        )
