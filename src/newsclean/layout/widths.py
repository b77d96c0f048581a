"""How wide lines are, beside their page's column and beside each other, and what white space stands before them."""

from __future__ import annotations

import numpy as np

from newsclean.layout.lines import (
    CLOSER,
    COLON,
    COMMA,
    DIGIT,
    DOTS,
    HAN,
    OPENER,
    STOP,
    Floats,
    Ints,
    Lines,
    of_class,
    tables,
)
from newsclean.layout.table import Array, Table, clipped

SIZES = (2, 4, 6, 9, 13, 18, 26, 40, 80)

_WIDTHS = (
    *("width / column", "full", "before width / column", "before full", "behind width / column", "behind full"),
    *("beyond column", "width / near", "near full", "log width", "width - before", "width - behind"),
)
_GAPS = ("gap", "gap before", "gap behind", "indented", "behind indented")
_PAGE = (
    *("page indents", "page indents at all", "not indented though page indents", "page gaps", "page column", "page full"),
    *("near top", "near foot"),
)


def add_geometry(table: Table, lines: Lines, widths: Floats, sizes: Ints, column: float) -> None:
    """How wide a line is beside the page's own column width and beside its neighbours, and the white space before it."""
    n = table.n
    beside = np.zeros(n + 2, np.float32)
    beside[1:-1] = widths
    before, behind = beside[:-2], beside[2:]
    near = _running_max(widths, 4, cap=column * 1.35 + 2)
    rows = table.rows(*_WIDTHS)
    for k, w in ((0, widths), (2, before), (4, behind)):
        rows[k] = np.minimum(w / column, 3)
        rows[k + 1] = (w >= column - 1.6) & (w <= column + 2.6)
    rows[6] = widths > column + 2.6
    rows[7] = np.minimum(widths / np.maximum(near, 1), 3)
    rows[8] = widths >= near - 1.6
    rows[9] = np.log1p(widths)
    rows[10] = clipped((widths - before) / column, -2, 2)
    rows[11] = clipped((widths - behind) / column, -2, 2)
    table.rows(*_SIZE_NAMES)[:] = sizes <= _SIZE_COLUMN
    rows = table.rows(*_GAPS)
    gapped = lines.gaps > 0
    indented = lines.indents >= 1
    rows[0] = np.minimum(lines.gaps, 3)
    rows[1] = gapped
    rows[2, :-1], rows[2, -1] = gapped[1:], 1
    rows[3] = indented
    rows[4, :-1], rows[4, -1] = indented[1:], 0
    share = _share(indented)
    rows = table.rows(*_PAGE)
    rows[0] = share
    rows[1] = share > 0.04
    rows[2] = ~indented & (share > 0.04)
    rows[3] = _share(gapped)
    rows[4] = column / 20
    rows[5] = _share(np.abs(widths - column) < 1.6)
    place = np.arange(1, n + 1)
    rows[6] = 1 / place
    rows[7] = rows[6, ::-1]


_SIZE_NAMES = tuple(f"size <= {size}" for size in SIZES)
_SIZE_COLUMN = np.array(SIZES)[:, None]


def _share(told: Array) -> float:
    """For how many of the lines something is so, from 0 to 1."""
    return np.count_nonzero(told) / len(told) if len(told) else 0.0


def line_widths(lines: Lines) -> Floats:
    """The width of each line in em, a float32 array (n,)."""
    total = np.zeros(len(lines.codes) + 1)
    tables().width.take(lines.codes).cumsum(out=total[1:])
    return (total.take(lines.ends) - total.take(lines.starts)).astype(np.float32)


def column_width(widths: Floats) -> float:
    """The width at which most text of the page is cut: the fullest bin among lines, weighted by their width."""
    if not len(widths):
        return 1.0
    bins = np.bincount(np.minimum(np.rint(widths), 120).astype(np.int64), np.minimum(widths, 120), 123)
    heaped = bins[:-2] + bins[1:-1] + bins[2:]
    return float(max(4, int(heaped.argmax()) + 1))


def add_indents(table: Table, widths: Floats, indented: Array, tail: Array, column: float) -> None:
    """Whether the page indents its paragraphs, told by the lines that stand behind a full stop."""
    behind_stop = np.zeros(table.n, bool)
    behind_stop[1:] = of_class(STOP, CLOSER, DOTS)[tail[:-1]]
    behind_stop &= widths >= 0.5 * column
    share = _share(indented[behind_stop]) if behind_stop.any() else 0.5
    rows = table.rows(
        *("paragraphs are indented", "no indent where paragraphs have one", "indent where paragraphs have one"),
        "behind a stop",
    )
    rows[0] = share
    rows[1] = behind_stop & ~indented & (share > 0.6)
    rows[2] = indented & (share > 0.6)
    rows[3] = behind_stop


def add_columns(table: Table, sizes: Ints, indents: Floats, tail: Array) -> None:
    """Whether a line's length is a multiple of the page's column: a column ends at the end of a line of print.

    The column is not known where paragraphs stand whole; it is told by the lines that end in mid-sentence.
    """
    length = sizes + np.rint(indents).astype(np.int64)
    cut = of_class(HAN, DIGIT, COMMA, OPENER)[tail] & (sizes >= 24)
    spans = np.arange(9, 41)
    nudged = of_class(STOP, COMMA, COLON, CLOSER, DOTS)[tail][:, None]
    odds, chosen = 0.0, 0
    if cut.any():
        rest = length[cut][:, None] % spans
        hit = (rest == 0) | (nudged[cut] & (rest <= 2))
        share = np.where(nudged[cut], 3.0, 1.0) / spans
        scores = np.where(hit, np.log(0.85 / share + 0.15), np.log(0.15 + share * 0.1)).sum(axis=0)
        chosen = int(scores.argmax())
        odds = float(scores[chosen])
    rest = length % spans[chosen]
    whole = ((rest == 0) | (nudged[:, 0] & (rest <= 2))) & (sizes >= spans[chosen])
    known = min(max(odds - 2.0, 0.0), 8.0) / 4
    rows = table.rows(
        *("length is whole columns", "length is not whole columns", "length is whole columns to the character"),
        "column known",
    )
    rows[0] = whole * known
    rows[1] = ~whole * known
    rows[2] = (rest == 0) * known
    rows[3] = known


def _running_max(values: Floats, reach: int, cap: float) -> Floats:
    """The largest of each value's neighbours, those above the cap left out."""
    padded = np.zeros(len(values) + 2 * reach, np.float32)
    padded[reach : reach + len(values)] = np.where(values > cap, np.float32(0), values)
    size = 1  # of the stretches of which the largest is known
    while size < 2 * reach + 1:
        step = min(size, 2 * reach + 1 - size)
        padded = np.maximum(padded[:-step], padded[step:])
        size += step
    return padded
