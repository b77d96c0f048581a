"""Line breaks inside a block, taken out; and for every line break the reasons why it goes or stays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from newsclean.edits import Edit, Level, apply_edits, check_text
from newsclean.layout.columns import columns_of
from newsclean.layout.corrections import continuation_odds
from newsclean.layout.joins import joint, latin_words, reasons
from newsclean.layout.lines import lines_of
from newsclean.layout.reading import owners, read_blocks, read_lines
from newsclean.layout.widths import column_width, line_widths
from newsclean.steps import Step
from newsclean.trace import Trace

ROUNDS = 4
"""What was joined is read again, until nothing more is joined; more rounds than this were never seen to be needed."""

AROUND = 1 << 11
"""Characters around a place where lines were joined that are looked at again, and as many more that tell how to read them."""


@dataclass(frozen=True, slots=True)
class LineBreak:
    """One line break of a page and what was decided of it.

    Attributes:
        start, end: from behind the last character of the line before to the first of the line behind, code points.
        joined: whether the two lines are one text.
        between: what stands in the break's place if they are: nothing, or a space.
        odds: log-odds that the line behind continues a block.
        reason: why, in words.
    """

    start: int
    end: int
    joined: bool
    between: str
    odds: float
    reason: str


def line_breaks(text: str) -> list[LineBreak]:
    """Every line break between two lines that hold something, with the decision and its reasons.

    On a page whose columns stand side by side every break stays: :func:`newsclean.reading_order` puts its lines in order
    first.

    A page is read again when lines were joined: a break that only then is seen to go stands with the reasons of that
    reading.

    >>> breaks = line_breaks("3月22日，记者在务川自治\\n\\n县丹砂街道看到，两名环卫工人正在消杀。")
    >>> [(b.joined, b.between) for b in breaks]
    [(True, '')]
    """
    check_text(text)
    if columns_of(text) is not None:
        lines = lines_of(text)
        return [
            LineBreak(end, start, False, "", 0.0, _SIDE_BY_SIDE)
            for end, start in zip(lines.ends[:-1].tolist(), lines.starts[1:].tolist(), strict=True)
        ]
    found = _read_breaks(text)
    at = {b.end: k for k, b in enumerate(found)}
    now, fresh, trace = text, found, Trace()
    for _ in range(ROUNDS - 1):
        edits = _joins(fresh)
        if not edits:
            break
        now, step = apply_edits(now, edits), Trace.of(edits)
        trace = trace.then(step)
        fresh = _read_again(now, [change.output_start for change in step.changes])
        for b in fresh:
            if b.joined:
                start, end = trace.source_span(b.start, b.end)
                found[at[end]] = replace(b, start=start, end=end)
    return found


def _read_again(text: str, places: Sequence[int]) -> list[LineBreak]:
    """The line breaks of a text in which lines were joined at some places: of a long one those near the places alone."""
    spans: list[tuple[int, int]] = []
    for place in places:
        start, end = place - AROUND, place + AROUND
        if spans and start <= spans[-1][1]:
            start = spans.pop()[0]
        spans.append((start, end))
    if 2 * sum(end - start for start, end in spans) > len(text):
        return _read_breaks(text)
    found: list[LineBreak] = []
    for start, end in spans:
        begins = max(0, text.find("\n", max(0, start - AROUND), max(0, start)) + 1)
        near = (
            replace(b, start=b.start + begins, end=b.end + begins) for b in _read_breaks(text[begins : end + AROUND])
        )
        found += (b for b in near if start <= b.start and b.end <= end)
    return found


def _read_breaks(text: str) -> list[LineBreak]:
    """The line breaks of one reading."""
    lines, readings = read_lines(text)
    if len(lines) < 2:
        return []
    blocks = read_blocks(readings)
    owner = owners(blocks, len(lines))
    strings = lines.strings()
    junctions = readings.junction[1:].tolist()
    whole = readings.elsewhere.tolist()
    widths = line_widths(lines)
    column = column_width(widths)
    odds = continuation_odds(readings.scores)
    words = latin_words(text)
    found = []
    for k in range(1, len(lines)):
        joined = bool(owner[k] == owner[k - 1])
        kind = blocks[owner[k]].kind
        cut, between = joint(
            strings[k - 1][-256:],
            strings[k],
            words,
            junctions[k - 1],
            kind not in ("paragraph", "caption") and not whole[k],
        )
        why = reasons(
            strings[k - 1],
            strings[k],
            junction=junctions[k - 1],
            whole=whole[k],
            full=bool(widths[k - 1] >= column - 1.6),
            indented=bool(lines.indents[k] >= 1),
            kinds=(blocks[owner[k - 1]].kind, kind),
        )
        if joined:
            why += f"; read as one {kind} (log-odds {odds[k]:.1f})"
        start = int(lines.ends[k - 1]) - (cut if joined else 0)
        found.append(LineBreak(start, int(lines.starts[k]), joined, between if joined else "", float(odds[k]), why))
    return found


def _joins(breaks: Iterable[LineBreak]) -> list[Edit]:
    return [
        Edit(b.start, b.end, b.between, "line_breaks", Level.SURE if b.odds > SURE_ODDS else Level.LIKELY, b.reason)
        for b in breaks
        if b.joined
    ]


SURE_ODDS = 6.0
_SIDE_BY_SIDE = (
    "the page's columns stand side by side: the next line is not below this one; reading_order puts them in order"
)


def broken_lines(text: str) -> Iterator[Edit]:
    """Join the lines that a column's width or end has cut, and only those; a step.

    ``fix_line_breaks(text)`` gives the text, ``fix_line_breaks.edits(text)`` what is done and why,
    ``explain_with(fix_line_breaks, text)`` both. A paragraph whose other half is not on the page is joined to nothing.

    >>> fix_line_breaks("这些环卫工人穿梭在大街小巷，消毒消\\n\\n杀、清运垃圾、洒水降尘，严格执行道路清扫标准。")
    '这些环卫工人穿梭在大街小巷，消毒消杀、清运垃圾、洒水降尘，严格执行道路清扫标准。'
    """
    yield from _joins(line_breaks(text))


fix_line_breaks = Step("fix_line_breaks", broken_lines)
