"""A page read into articles: characters, repeats, lines, blocks, articles, in this order."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import replace
from itertools import pairwise

import numpy as np

from newsclean.characters import character_pipeline, normalize
from newsclean.chars import BLANK, HAN
from newsclean.edits import Level, check_text
from newsclean.language import load
from newsclean.layout.articles import assemble
from newsclean.layout.columns import columns_of
from newsclean.layout.corrections import unended
from newsclean.layout.elsewhere import stand_elsewhere
from newsclean.layout.joins import joint, latin_words
from newsclean.layout.lines import Lines, lines_of
from newsclean.layout.model import Readings
from newsclean.layout.reading import (
    LEAST_OPENING,
    LOST_END,
    LOST_END_WITHOUT_MARK,
    LOST_START,
    ReadBlock,
    read,
    read_blocks,
)
from newsclean.layout.stitching import print_order
from newsclean.layout.titles import split_titles
from newsclean.page import Block, Dropped, Page, Reason
from newsclean.repeats import Repeat, find_repeats
from newsclean.trace import Span, Trace


def segment_articles(text: str, preset: str = "newspaper", id: str | None = None) -> Page:
    """Read a page: its blocks, its articles, and what was dropped.

    Args:
        text: the text of one page as it was read, nothing stripped.
        preset: the name of a preset, whose character steps clean the text of the blocks.
        id: a name for the page.

    Returns:
        The page. Offsets are code points into ``text``; every character that is not white space stands in exactly one
        block or one dropped piece.

    Raises:
        ValueError: there is no preset of that name.

    >>> page = segment_articles("两次援遵显担当\\n\\n3月18日，王新俊在务川自治\\n\\n县对记者说，将完成各项任务。")
    >>> article = page.articles[0]
    >>> article.headline, [page.blocks[k].text for k in article.blocks if page.blocks[k].kind == "paragraph"]
    ('两次援遵显担当', ['3月18日，王新俊在务川自治县对记者说，将完成各项任务。'])
    """
    check_text(text)
    columns = columns_of(text)
    if columns is None:
        return replace(_read(text, preset), id=id)
    page = _read(columns.text, preset)
    blocks = tuple([replace(block, source=columns.source(block.source)) for block in page.blocks])
    dropped = tuple([replace(piece, source=columns.source(piece.source)) for piece in page.dropped])
    return replace(page, id=id, blocks=blocks, dropped=dropped, notes=(_SIDE_BY_SIDE, *page.notes))


_SIDE_BY_SIDE = "the columns of this page stood side by side and were read one after the other"


def _read(text: str, preset: str) -> Page:
    """The page, if its lines stand in reading order."""
    clean = normalize(text, preset)
    lines = lines_of(clean)
    whole = lines if clean == text else lines_of(text)
    found = find_repeats(clean)
    repeats = [r for r in found if r.level >= Level.LIKELY]
    # no character step moves a line break
    raw = (lines if whole is lines else whole.only(whole.numbers.searchsorted(lines.numbers))).spans()
    noise = sorted({*whole.spans()} - {*raw}) if len(whole) > len(raw) else []
    if cuts := _cuts(lines, repeats):
        lines = lines.divided(cuts)
        raw = _raw_pieces(character_pipeline(preset).trace(text), lines, raw)
        lines = replace(lines, numbers=np.arange(len(lines)))  # each piece is a line from now on
    copies = _copies(lines, repeats)
    kept = np.ones(len(lines), bool)
    for copy in copies:
        kept[copy.start : copy.stop] = False
    order = print_order(lines, found)
    order = order[kept[order]]
    kept_lines = lines.only(order) if found else lines
    readings = read(kept_lines)
    blocks = read_blocks(readings)
    raw_kept = [raw[k] for k in order.tolist()]
    blocks, divided = split_titles(blocks, kept_lines)
    if divided is not kept_lines:
        raw_kept = _raw_pieces(character_pipeline(preset).trace(text), divided, raw_kept)
        kept_lines = divided
    made = _blocks(blocks, kept_lines, raw_kept, readings, preset)
    page = assemble(made, [max(block.opens, LEAST_OPENING) for block in blocks])
    return replace(page, dropped=_dropped(page, lines, repeats, copies, raw, noise))


def _cuts(lines: Lines, repeats: Sequence[Repeat]) -> dict[int, list[int]]:
    """Where copies begin and end within lines, by line."""
    cuts: dict[int, list[int]] = {}
    for place in sorted({place for repeat in repeats for place in (repeat.start, repeat.end)}):
        k = int(lines.ends.searchsorted(place, side="right"))
        if k < len(lines) and lines.starts[k] < place:
            cuts.setdefault(k, []).append(place)
    return cuts


def _copies(lines: Lines, repeats: Sequence[Repeat]) -> list[range]:
    """For each repeat the lines that it consists of."""
    copies = []
    for repeat in repeats:
        first, last = lines.starts.searchsorted((repeat.start, repeat.end)).tolist()
        while last > first and lines.ends[last - 1] > repeat.end:
            last -= 1
        copies.append(range(first, last))
    return copies


def _raw_pieces(trace: Trace, pieces: Lines, raw: Sequence[Span]) -> list[Span]:
    """Where the pieces of divided lines stand in the text as it was read; all other lines keep their spans."""
    of = np.cumsum(np.diff(pieces.numbers, prepend=-1) != 0) - 1
    spans: list[Span] = []
    for k, line in enumerate(of.tolist()):
        start, end = raw[line]
        if k and of[k - 1] == line:
            start = trace.source_span(int(pieces.starts[k]), int(pieces.ends[k]))[0]
        if k + 1 < len(of) and of[k + 1] == line:
            end = trace.source_span(int(pieces.starts[k + 1]), int(pieces.ends[k + 1]))[0]
        spans.append((start, end))
    return spans


def _blocks(
    blocks: Sequence[ReadBlock], lines: Lines, raw: Sequence[Span], readings: Readings, preset: str
) -> list[Block]:
    """The blocks with their text: the lines of each joined, titles where a space parts their halves.

    Args:
        blocks: the blocks.
        lines: the lines of the page.
        raw: where each line stands in the text as it was read.
        readings: what was read of the lines before some were divided.
        preset: the name of a preset, whose character steps clean the text of the blocks.
    """
    strings = lines.strings()
    pairs = [pair for block in blocks if block.kind not in _PROSE for pair in pairwise(block.lines)]
    junctions: dict[tuple[int, int], float] = {}
    if pairs:
        divided = len(lines) != len(readings.kinds)
        known = [] if divided else readings.junction.tolist()
        asked = [(k, n) for k, n in pairs if divided or n != k + 1]
        told = load().junction([strings[k] for k, _ in asked], [strings[n] for _, n in asked]).tolist() if asked else []
        junctions = {(k, n): known[n] for k, n in pairs if known} | dict(zip(asked, told, strict=True))
        whole = (stand_elsewhere(lines)[0] if divided else readings.elsewhere).tolist()
        junctions = {(k, n): max(odd, 0.0) if whole[n] else odd for (k, n), odd in junctions.items()}
    words: frozenset[str] | None = None
    made = []
    for block in blocks:
        pieces = [strings[k] for k in block.lines]
        text = pieces[0]
        if len(pieces) > 1:
            title = block.kind not in _PROSE
            latin = _LATIN_END.search("".join([piece[-1] for piece in pieces[:-1]])) is not None
            if latin and words is None:
                words = latin_words(lines.text)
            if title or latin:
                odds = [junctions.get(pair, 0.0) for pair in pairwise(block.lines)]
                text = _joined(pieces, odds, words or frozenset(), title)
            else:  # Chinese takes nothing
                text = "".join(pieces)
            if not title and _BLANK.search(text):
                text = normalize(text, preset)  # the whole paragraph tells better than a line which spaces are right
        made.append(
            Block(
                block.kind,
                text,
                tuple([raw[k] for k in block.lines]),
                lost_start=block.lost_start > LOST_START,
                lost_end=block.lost_end > (LOST_END_WITHOUT_MARK if unended(text) else LOST_END),
            )
        )
    return made


def _joined(strings: Sequence[str], junctions: Sequence[float], words: Set[str], title: bool) -> str:
    """The lines of one block as one text, each break looked at."""
    left = strings[0]
    pieces = [left]
    for right, junction in zip(strings[1:], junctions, strict=True):
        cut, between = joint(left, right, words, junction, title)
        if cut:
            pieces[-1] = pieces[-1][:-cut]
        pieces += between, right
        left = (left[: len(left) - cut] + between + right)[-_WORD:]
    return "".join(pieces)


_PROSE = ("paragraph", "caption")
_LATIN_END = re.compile("[\x00-\x7f\u00ad\u2010]")  # ends of lines behind which there may be more than nothing
_BLANK = re.compile(f"[{HAN}][{BLANK}]+[{HAN}]")
_WORD = 256  # characters before a break that may be of one word with those behind it


def _dropped(
    page: Page,
    lines: Lines,
    repeats: Sequence[Repeat],
    copies: Sequence[range],
    raw: Sequence[Span],
    noise: Sequence[Span],
) -> tuple[Dropped, ...]:
    """Copies, with what they repeat, and lines of which the character steps left nothing."""
    begins = {start: k for k, block in enumerate(page.blocks) for start, _ in block.source}
    dropped = []
    for repeat, copy in zip(repeats, copies, strict=True):
        spans = tuple(raw[k] for k in copy)
        first = int(lines.ends.searchsorted(repeat.of[0], side="right"))
        if spans:
            of = begins.get(raw[first][0]) if first < len(raw) else None
            # what an engine made of several columns is no passage
            reason: Reason = "noise" if repeat.how == "across" else "duplicate"
            dropped.append(Dropped(spans, reason, of, repeat.likeness))
    if noise:
        dropped.append(Dropped(tuple(noise), "noise"))
    return tuple(dropped)
