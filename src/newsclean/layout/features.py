"""What an editor would look at in a line, as numbers: one row a line, one column a feature, all lines at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from newsclean.language import LanguageModel, LineOdds
from newsclean.layout.cohesion import add_cohesion
from newsclean.layout.lines import (
    BULLET,
    CLASSES,
    CLOSER,
    COLON,
    COMMA,
    DIGIT,
    HAN,
    LATIN,
    MIDDLE,
    OPENER,
    OTHER,
    SPACE,
    STOP,
    Floats,
    Ints,
    Lines,
    Tables,
    members,
    of_class,
    pair_slots,
    tables,
    within,
)
from newsclean.layout.signs import WORDS
from newsclean.layout.table import Array, Table, clipped
from newsclean.layout.widths import add_columns, add_geometry, add_indents, column_width, line_widths

JUNCTION_SCALE = 4  # log-odds are divided by it
HEAD, TAIL = 7, 5  # characters of each line's edges that the model reads


def features(lines: Lines, language: LanguageModel) -> tuple[Floats, list[str]]:
    """One row of numbers for each line.

    Args:
        lines: the lines of one page, n of them and at least one.
        language: the model that knows how likely a junction is.

    Returns:
        A float32 array (n, f), and the names of its f columns.
    """
    odds = language.lines(lines.codes, lines.starts, lines.ends)
    return features_with(lines, odds, line_widths(lines), edges_of(lines))


class Edges(NamedTuple):
    """The first HEAD characters of each line, then its last TAIL ones, the last of them first; arrays (n, HEAD + TAIL)."""

    codes: Ints
    """0 where the line has no more."""
    classes: Array
    """Their classes, white space where the line has no more."""


def features_with(lines: Lines, odds: LineOdds, widths: Floats, edges: Edges) -> tuple[Floats, list[str]]:
    """The :func:`features` of lines of which the language model has said its word."""
    n = len(lines)
    table = Table(n)
    known = tables()
    codes, classes, starts, ends = lines.codes, lines.classes, lines.starts, lines.ends
    sizes = ends - starts
    behind = sizes.cumsum()
    at = (starts - behind + sizes).repeat(sizes) + np.arange(behind[-1])  # the characters within lines
    kinds = (np.arange(n) * len(CLASSES)).repeat(sizes) + classes.take(at)
    column = column_width(widths)
    edge_classes = edges.classes.T
    tail = edge_classes[HEAD]

    add_geometry(table, lines, widths, sizes, column)
    _edges(table, edge_classes)
    add_columns(table, sizes, lines.indents, tail)
    add_indents(table, widths, lines.indents >= 1, tail, column)
    _counts(table, np.bincount(kinds, minlength=n * len(CLASSES)).reshape(n, -1), sizes)
    _brackets(table, codes, starts, ends, known)
    _words(table, codes, starts, ends, known)
    _forms(table, codes, classes, edges.codes.T, edge_classes, starts, ends, sizes, known)
    _language(table, odds)
    _continues(table, odds)
    add_cohesion(table, codes, classes, starts, ends)
    return table.joined(), table.names


def edges_of(lines: Lines) -> Edges:
    """The characters at both edges of each line."""
    starts, ends = lines.starts[:, None], lines.ends[:, None]
    places = np.concatenate([starts + np.arange(HEAD), ends - np.arange(1, TAIL + 1)], axis=1)
    outside = (places < starts) | (places >= ends)
    codes, classes = lines.codes.take(places, mode="clip"), lines.classes.take(places, mode="clip")
    codes[outside], classes[outside] = 0, SPACE
    return Edges(codes, classes)


_EDGES = (
    (0, range(1, len(CLASSES))),
    (1, (HAN, DIGIT, LATIN, COMMA, COLON, OPENER, CLOSER, MIDDLE, SPACE)),
    (-1, range(1, len(CLASSES))),
    (-2, (HAN, DIGIT, LATIN, STOP, COMMA, OPENER, CLOSER, SPACE)),
)
_EDGE_NAMES = tuple(f"char {k} {list(CLASSES)[kind]}" for k, kinds in _EDGES for kind in kinds)
_EDGE_OF = np.array([k if k >= 0 else HEAD - 1 - k for k, kinds in _EDGES for _ in kinds])
_EDGE_KINDS = np.array([kind for _, kinds in _EDGES for kind in kinds])[:, None]


def _edges(table: Table, edge_classes: Array) -> None:
    """The classes of the characters at both edges of each line."""
    np.equal(edge_classes.take(_EDGE_OF, 0), _EDGE_KINDS, out=table.rows(*_EDGE_NAMES))


_HAS = (SPACE, HAN, DIGIT, LATIN, STOP, COMMA, COLON, OPENER, CLOSER, MIDDLE, BULLET, OTHER)
_SHARES = (HAN, DIGIT, LATIN, SPACE, OTHER)
_COUNT_NAMES = [f"{what} {list(CLASSES)[kind]}" for kind in _HAS for what in ("share", "has")[kind not in _SHARES :]]
_HAS_ROWS = np.array([_COUNT_NAMES.index(f"has {list(CLASSES)[kind]}") for kind in _HAS])
_SHARE_ROWS = np.array([_COUNT_NAMES.index(f"share {list(CLASSES)[kind]}") for kind in _SHARES])


def _counts(table: Table, count: Ints, sizes: Ints) -> None:
    """What stands inside a line: shares of classes.

    Args:
        table: gets the columns.
        count: characters of each class in each line, an array (n, classes).
        sizes: characters of each line.
    """
    of = count.T
    rows = table.rows(*_COUNT_NAMES, "commas", "stops", "colons", "spaces")
    rows[_HAS_ROWS] = of.take(_HAS, 0) > 0
    rows[_SHARE_ROWS] = of.take(_SHARES, 0) / np.maximum(sizes, 1)
    rows[-4:] = np.minimum(of.take(_MANY, 0), _MOST) / _HALF_OF_MOST


_MANY = (COMMA, STOP, COLON, SPACE)
_MOST = np.array([6, 4, 4, 6])[:, None]
_HALF_OF_MOST = _MOST // 2


def _brackets(table: Table, codes: Ints, starts: Ints, ends: Ints, known: Tables) -> None:
    """Balance of brackets and quotes, in the line and over the lines before it."""
    depths = known.depth[codes]
    marks = depths.nonzero()[0]
    depth = np.concatenate([[0], depths[marks].cumsum(dtype=np.int64)])
    net = depth[marks.searchsorted(ends)] - depth[marks.searchsorted(starts)]
    rows = table.rows("opens brackets", "closes brackets", *(f"open over {reach} lines" for reach in _REACHES))
    rows[0] = clipped(net, 0, 2)
    rows[1] = clipped(-net, 0, 2)
    so_far = net.cumsum() - net
    for row, reach in zip(rows[2:], _REACHES, strict=True):
        open_before = so_far.copy()
        open_before[reach:] -= so_far[:-reach]
        row[:] = clipped(open_before, -2, 2)


_REACHES = (1, 3, 8)  # lines


def _words(table: Table, codes: Ints, starts: Ints, ends: Ints, known: Tables) -> None:
    """Telling words: in the line, at its head, at its end."""
    n = len(starts)
    pairs = codes[:-1] << 16 | codes[1:]
    slots = known.slots[pair_slots(pairs)] if len(pairs) else np.zeros(0, np.uint16)
    hits = slots.nonzero()[0]
    hits = hits[known.word_keys[slots[hits] - 1] == pairs[hits]]
    hits, line = within(hits, starts, ends)
    groups = known.word_groups[slots[hits] - 1]
    size = len(WORDS)
    for where, mask in (("has", slice(None)), ("head", hits - starts[line] < 4), ("tail", ends[line] - hits <= 5)):
        count = np.bincount(line[mask] * size + groups[mask], minlength=n * size).reshape(n, size)
        table.rows(*_WORD_NAMES[where])[:] = np.minimum(count, 3).T


_WORD_NAMES = {where: [f"{where} {name}" for name in WORDS] for where in ("has", "head", "tail")}


def _forms(
    table: Table,
    codes: Ints,
    classes: Array,
    edge_codes: Ints,
    edge_classes: Array,
    starts: Ints,
    ends: Ints,
    sizes: Ints,
    known: Tables,
) -> None:
    """Forms that a line may have: a number before a subhead, a name of a place, names of people, a folio, a date."""
    first, final = edge_codes[:HEAD], edge_codes[HEAD:]
    edge = {0: edge_classes[0], 1: edge_classes[1], 2: edge_classes[2], -1: edge_classes[HEAD]}
    numeral, surname = known.numerals, known.surnames
    bracketed, closed = edge[0] == OPENER, edge[-1] == CLOSER
    numbered, name = numeral.take(first[0]), surname.take(first[0])
    dash = members("—─一")
    rows = table.rows(*_FORMS)
    rows[0] = (numbered | (edge[0] == DIGIT)) & members("、.．").take(first[1]) | (numbered & (first[2] == ord("、")))
    rows[1] = bracketed & (numeral.take(first[1]) | (edge[1] == DIGIT)) & (edge[2] == CLOSER)
    rows[2] = dash.take(first[0]) & dash.take(first[1])
    rows[3] = known.places.take(final[0])
    rows[4] = name
    rows[5] = bracketed & surname.take(first[1])
    rows[6] = bracketed & closed & (sizes <= 40)
    rows[7] = members("摄攝").take(final[0]) | closed & members("摄攝图").take(final[1])
    rows[8] = members("文图圖").take(final[0])
    rows[9] = (final[0] == ord("版")) | closed & (final[1] == ord("版"))
    rows[10] = members("电讯電訊").take(final[0])
    rows[11] = members("说道是称为示出绍").take(final[0])
    rows[12] = members("的了着过们和与及或等是在于以而且但也都就还又被将把").take(first[0])
    rows[13] = members("的和与及或在于以而且但也都就还又被将把是为对从向由及至").take(final[0])
    # a word that stands at the head of many names, then spaces: 刘素琴 王峰
    token = surname.take(codes).nonzero()[0]
    token = token[classes.take(token) == HAN]
    token = token[(token == 0) | of_class(SPACE, OPENER, COMMA, BULLET, COLON)[classes[np.maximum(token - 1, 0)]]]
    _, line = within(token, starts, ends)
    names = np.bincount(line, minlength=len(starts))
    rows[14] = np.minimum(names, 5) / 2
    rows[15] = np.minimum(names * 4 / np.maximum(sizes, 1), 2)
    # dates: a digit before 年 月 日
    dated = (members("年月日").take(codes[1:])).nonzero()[0] + 1
    dated = dated[classes[dated - 1] == DIGIT]
    before = dated.searchsorted(starts)
    rows[16] = np.minimum(dated.searchsorted(ends) - before, 3)
    head = np.minimum(starts + 7, ends)
    rows[17] = (dated.searchsorted(head) > before) & (edge[0] == DIGIT)
    paged = (codes[2:] == ord("版")).nonzero()[0] + 2
    paged = paged[(codes[paged - 2] == ord("第")) | (classes[paged - 1] == DIGIT)]
    rows[18] = paged.searchsorted(ends) > paged.searchsorted(starts)


_FORMS = (
    *("numbered", "numbered in brackets", "heads with dashes", "ends as a place", "begins as a name"),
    *("begins in brackets as a name", "final in brackets", "ends as a photograph", "ends 文 or 图", "ends 版"),
    *("ends 电 or 讯", "ends 说 or 道", "begins with a connective", "ends with a connective", "names", "names / size"),
    *("dates", "begins with a date", "names a page"),
)


def _continues(table: Table, odds: LineOdds) -> None:
    """A line behind a full stop on a page that indents: without an indent it runs on, unless its beginning is lost."""
    flush = table.column("no indent where paragraphs have one")
    whole = np.zeros(table.n, np.float32)
    whole[1:] = table.column("length is whole columns")[:-1]
    rows = table.rows(
        *("no indent, begins a sentence", "no indent, begins within a sentence", "no indent, column full before"),
        "column full before, not indented",
    )
    rows[0] = flush * (odds.begins > 0.5)
    rows[1] = flush * (odds.begins < -0.5)
    rows[2] = flush * whole
    rows[3] = whole * (1 - table.column("indented"))


def _language(table: Table, odds: LineOdds) -> None:
    """What the language model says of each line's edges and of the junction before it."""
    rows = table.rows("junction", "junction behind", "junction across", "begins", "ends", "title")
    rows[0], rows[1, :-1], rows[1, -1], rows[2] = odds.junction, odds.junction[1:], 0, odds.across
    rows[3], rows[4], rows[5] = odds.begins, odds.ends, odds.title
    np.maximum(rows, -12, out=rows)
    np.minimum(rows, 12, out=rows)
    rows /= JUNCTION_SCALE
