"""What an editor would look at in a line, as numbers: one row a line, one column a feature, all lines at once."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from newsclean.language import LanguageModel, LineOdds
from newsclean.layout.cohesion import add_cohesion
from newsclean.layout.lines import (
    BULLET,
    CLASSES,
    CLOSER,
    COLON,
    COMMA,
    DIGIT,
    DOTS,
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
    pair_slots,
    tables,
)
from newsclean.layout.signs import WORDS
from newsclean.layout.table import Array, Table

JUNCTION_SCALE = 4  # log-odds are divided by it
HEAD, TAIL = 7, 5  # characters of each line's edges that the model reads
SIZES = (2, 4, 6, 9, 13, 18, 26, 40, 80)


def features(lines: Lines, language: LanguageModel) -> tuple[Floats, list[str]]:
    """One row of numbers for each line.

    Args:
        lines: the lines of one page, n of them and at least one.
        language: the model that knows how likely a junction is.

    Returns:
        A float32 array (n, f), and the names of its f columns.
    """
    n = len(lines)
    table = Table(n)
    known = tables()
    codes, starts, ends = lines.codes, lines.starts, lines.ends
    classes = known.classes[codes]
    sizes = ends - starts
    line = np.repeat(np.arange(n), sizes)  # of each character within a line
    at = np.arange(len(line)) + np.repeat(starts - sizes.cumsum() + sizes, sizes)
    widths = np.bincount(line, known.width[codes[at]], n).astype(np.float32)
    column = column_width(widths)
    places, inside = _edge_places(lines)
    edge_codes = np.where(inside, codes[places], 0)
    edge_classes = np.where(inside, classes[places], SPACE).T
    tail = edge_classes[HEAD]

    _geometry(table, lines, widths, sizes, column)
    _edges(table, edge_classes)
    _columns(table, sizes, lines.indents, tail)
    _indents(table, widths, lines.indents >= 1, tail, column)
    _counts(table, np.bincount(line * len(CLASSES) + classes[at], minlength=n * len(CLASSES)).reshape(n, -1), sizes)
    _brackets(table, codes, starts, ends, known)
    _words(table, codes, starts, ends, known)
    _forms(table, codes, classes, edge_codes.T, edge_classes, starts, ends, sizes, known)
    odds = language.lines(codes, starts, ends)
    _language(table, odds)
    _continues(table, odds)
    add_cohesion(table, codes, classes, starts, ends)
    return table.joined(), table.names


def edge_characters(lines: Lines) -> Ints:
    """The first and last characters of each line: an int64 array (n, HEAD + TAIL) of code points, 0 where a line ends."""
    places, inside = _edge_places(lines)
    return np.where(inside, lines.codes[places], 0)


def _edge_places(lines: Lines) -> tuple[Ints, Array]:
    """The places of the first HEAD and the last TAIL characters of each line, and which of them lie within it."""
    starts, ends = lines.starts[:, None], lines.ends[:, None]
    places = np.concatenate([starts + np.arange(HEAD), ends - 1 - np.arange(TAIL)], axis=1)
    inside = (places >= starts) & (places < ends)
    return np.where(inside, places, 0), inside


def _geometry(table: Table, lines: Lines, widths: Floats, sizes: Ints, column: float) -> None:
    """How wide a line is beside the page's own column width and beside its neighbours, and the white space before it."""
    n = table.n
    behind = np.append(widths[1:], 0).astype(np.float32) if n else widths
    before = np.concatenate([[0], widths[:-1]]).astype(np.float32) if n else widths
    near = _running_max(widths, 4, cap=column * 1.35 + 2)
    for name, w in (("", widths), ("before ", before), ("behind ", behind)):
        table.add(f"{name}width / column", np.minimum(w / column, 3))
        table.add(f"{name}full", (w >= column - 1.6) & (w <= column + 2.6))
    table.add("beyond column", widths > column + 2.6)
    table.add("width / near", np.minimum(widths / np.maximum(near, 1), 3))
    table.add("near full", widths >= near - 1.6)
    table.add("log width", np.log1p(widths))
    table.add("width - before", np.clip((widths - before) / column, -2, 2))
    table.add("width - behind", np.clip((widths - behind) / column, -2, 2))
    table.add_all((f"size <= {size}" for size in SIZES), sizes[:, None] <= np.array(SIZES))
    table.add("gap", np.minimum(lines.gaps, 3))
    table.add("gap before", lines.gaps > 0)
    table.add("gap behind", np.append(lines.gaps[1:], 1) > 0)
    indented = lines.indents >= 1
    table.add("indented", indented)
    table.add("behind indented", np.append(indented[1:], False))
    share = _share(indented)
    table.add("page indents", np.full(n, share))
    table.add("page indents at all", np.full(n, share > 0.04))
    table.add("not indented though page indents", ~indented & (share > 0.04))
    table.add("page gaps", np.full(n, _share(lines.gaps > 0)))
    table.add("page column", np.full(n, column / 20))
    table.add("page full", np.full(n, _share(np.abs(widths - column) < 1.6)))
    place = np.arange(n)
    table.add("near top", 1 / (1 + place))
    table.add("near foot", 1 / (1 + n - 1 - place) if n else place)


def _share(told: Array) -> float:
    """For how many of the lines something is so, from 0 to 1."""
    return np.count_nonzero(told) / len(told) if len(told) else 0.0


@lru_cache
def _of_class(*kinds: int) -> npt.NDArray[np.bool_]:
    """Whether each class is one of these."""
    found = np.zeros(len(CLASSES), bool)
    found[list(kinds)] = True
    return found


def column_width(widths: Floats) -> float:
    """The width at which most text of the page is cut: the fullest bin among lines, weighted by their width."""
    if not len(widths):
        return 1.0
    bins = np.bincount(np.minimum(np.rint(widths), 120).astype(np.int64), np.minimum(widths, 120), 123)
    heaped = bins[:-2] + bins[1:-1] + bins[2:]
    return float(max(4, int(np.argmax(heaped)) + 1))


def _indents(table: Table, widths: Floats, indented: Array, tail: Array, column: float) -> None:
    """Whether the page indents its paragraphs, told by the lines that stand behind a full stop."""
    behind_stop = np.zeros(table.n, bool)
    behind_stop[1:] = _of_class(STOP, CLOSER, DOTS)[tail[:-1]]
    behind_stop &= widths >= 0.5 * column
    share = _share(indented[behind_stop]) if behind_stop.any() else 0.5
    table.add("paragraphs are indented", np.full(table.n, share))
    table.add("no indent where paragraphs have one", behind_stop & ~indented & (share > 0.6))
    table.add("indent where paragraphs have one", indented & (share > 0.6))
    table.add("behind a stop", behind_stop)


def _columns(table: Table, sizes: Ints, indents: Floats, tail: Array) -> None:
    """Whether a line's length is a multiple of the page's column: a column ends at the end of a line of print.

    The column is not known where paragraphs stand whole; it is told by the lines that end in mid-sentence.
    """
    n = table.n
    length = sizes + np.rint(indents).astype(np.int64)
    cut = _of_class(HAN, DIGIT, COMMA, OPENER)[tail] & (sizes >= 24)
    spans = np.arange(9, 41)
    nudged = _of_class(STOP, COMMA, COLON, CLOSER, DOTS)[tail][:, None]
    odds, chosen = 0.0, 0
    if cut.any():
        rest = length[cut][:, None] % spans
        hit = (rest == 0) | (nudged[cut] & (rest <= 2))
        share = np.where(nudged[cut], 3.0, 1.0) / spans
        scores = np.where(hit, np.log(0.85 / share + 0.15), np.log(0.15 + share * 0.1)).sum(axis=0)
        chosen = int(np.argmax(scores))
        odds = float(scores[chosen])
    rest = length % spans[chosen]
    whole = ((rest == 0) | (nudged[:, 0] & (rest <= 2))) & (sizes >= spans[chosen])
    known = min(max(odds - 2.0, 0.0), 8.0) / 4
    table.add("length is whole columns", whole * known)
    table.add("length is not whole columns", ~whole * known)
    table.add("length is whole columns to the character", (rest == 0) * known)
    table.add("column known", np.full(n, known))


def _running_max(values: Floats, reach: int, cap: float) -> Floats:
    """The largest of each value's neighbours, those above the cap left out."""
    kept = np.where(values > cap, np.float32(0), values)
    padded = np.zeros(len(values) + 2 * reach, np.float32)
    padded[reach : reach + len(values)] = kept
    for k in range(2 * reach + 1):
        np.maximum(kept, padded[k : k + len(values)], out=kept)
    return kept


def _edges(table: Table, edge_classes: Array) -> None:
    """The classes of the characters at both edges of each line."""
    names = list(CLASSES)
    for k, kinds in (
        (0, range(1, len(names))),
        (1, (HAN, DIGIT, LATIN, COMMA, COLON, OPENER, CLOSER, MIDDLE, SPACE)),
        (-1, range(1, len(names))),
        (-2, (HAN, DIGIT, LATIN, STOP, COMMA, OPENER, CLOSER, SPACE)),
    ):
        found = edge_classes[k if k >= 0 else HEAD - 1 - k]
        table.add_all((f"char {k} {names[kind]}" for kind in kinds), found[:, None] == np.array(kinds))


def _counts(table: Table, count: Ints, sizes: Ints) -> None:
    """What stands inside a line: shares of classes.

    Args:
        table: gets the columns.
        count: characters of each class in each line, an array (n, classes).
        sizes: characters of each line.
    """
    n = np.maximum(sizes, 1)
    names = list(CLASSES)
    for kind in (SPACE, HAN, DIGIT, LATIN, STOP, COMMA, COLON, OPENER, CLOSER, MIDDLE, BULLET, OTHER):
        if kind in (HAN, DIGIT, LATIN, SPACE, OTHER):
            table.add(f"share {names[kind]}", count[:, kind] / n)
        table.add(f"has {names[kind]}", count[:, kind] > 0)
    table.add("commas", np.minimum(count[:, COMMA], 6) / 3)
    table.add("stops", np.minimum(count[:, STOP], 4) / 2)
    table.add("colons", np.minimum(count[:, COLON], 4) / 2)
    table.add("spaces", np.minimum(count[:, SPACE], 6) / 3)


def _brackets(table: Table, codes: Ints, starts: Ints, ends: Ints, known: Tables) -> None:
    """Balance of brackets and quotes, in the line and over the lines before it."""
    depths = known.depth[codes]
    marks = np.flatnonzero(depths)
    depth = np.concatenate([[0], np.cumsum(depths[marks], dtype=np.int64)])
    net = depth[np.searchsorted(marks, ends)] - depth[np.searchsorted(marks, starts)]
    table.add("opens brackets", np.clip(net, 0, 2))
    table.add("closes brackets", np.clip(-net, 0, 2))
    so_far = np.concatenate([[0], np.cumsum(net)])
    at = np.arange(len(net))
    for reach in (1, 3, 8):
        open_before = so_far[at] - so_far[np.maximum(at - reach, 0)]
        table.add(f"open over {reach} lines", np.clip(open_before, -2, 2))


def _words(table: Table, codes: Ints, starts: Ints, ends: Ints, known: Tables) -> None:
    """Telling words: in the line, at its head, at its end."""
    n = len(starts)
    pairs = codes[:-1] << 16 | codes[1:]
    slots = known.slots[pair_slots(pairs)] if len(pairs) else np.zeros(0, np.uint16)
    hits = np.flatnonzero(slots)
    hits = hits[known.word_keys[slots[hits] - 1] == pairs[hits]]
    groups = known.word_groups[slots[hits] - 1]
    line = np.searchsorted(starts, hits, side="right") - 1
    good = (line >= 0) & (hits < ends[line]) if len(hits) else np.zeros(0, bool)
    hits, groups, line = hits[good], groups[good], line[good]
    size = len(WORDS)
    for where, mask in (("has", slice(None)), ("head", hits - starts[line] < 4), ("tail", ends[line] - hits <= 5)):
        count = np.bincount(line[mask] * size + groups[mask], minlength=n * size).reshape(n, size)
        table.add_all((f"{where} {name}" for name in WORDS), np.minimum(count, 3))


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
    numeral = known.numerals
    mark = members("、.．")[first[1]]
    table.add(
        "numbered",
        (numeral[first[0]] | (edge[0] == DIGIT)) & mark | (numeral[first[0]] & (first[2] == ord("、"))),
    )
    table.add(
        "numbered in brackets", (edge[0] == OPENER) & (numeral[first[1]] | (edge[1] == DIGIT)) & (edge[2] == CLOSER)
    )
    table.add("heads with dashes", members("—─一")[first[0]] & members("—─一")[first[1]])
    table.add("ends as a place", known.places[final[0]])
    table.add("begins as a name", known.surnames[first[0]])
    table.add("begins in brackets as a name", (edge[0] == OPENER) & known.surnames[first[1]])
    table.add("final in brackets", (edge[0] == OPENER) & (edge[-1] == CLOSER) & (sizes <= 40))
    table.add(
        "ends as a photograph",
        members("摄攝")[final[0]] | (edge[-1] == CLOSER) & members("摄攝图")[final[1]],
    )
    table.add("ends 文 or 图", members("文图圖")[final[0]])
    table.add("ends 版", (final[0] == ord("版")) | (edge[-1] == CLOSER) & (final[1] == ord("版")))
    table.add("ends 电 or 讯", members("电讯電訊")[final[0]])
    table.add("ends 说 or 道", members("说道是称为示出绍")[final[0]])
    table.add(
        "begins with a connective",
        members("的了着过们和与及或等是在于以而且但也都就还又被将把")[first[0]],
    )
    table.add(
        "ends with a connective",
        members("的和与及或在于以而且但也都就还又被将把是为对从向由及至")[final[0]],
    )
    # a word that stands at the head of many names, then spaces: 刘素琴 王峰
    token = np.flatnonzero((classes == HAN) & known.surnames[codes])
    token = token[(token == 0) | _of_class(SPACE, OPENER, COMMA, BULLET, COLON)[classes[np.maximum(token - 1, 0)]]]
    line = np.searchsorted(starts, token, side="right") - 1
    if len(token):
        inside = (line >= 0) & (token < ends[line])
        names = np.bincount(line[inside], minlength=len(starts))
    else:
        names = np.zeros(len(starts), np.int64)
    table.add("names", np.minimum(names, 5) / 2)
    table.add("names / size", np.minimum(names * 4 / np.maximum(sizes, 1), 2))
    # dates: a digit before 年 月 日
    dated = np.flatnonzero(members("年月日")[codes[1:]]) + 1
    dated = dated[classes[dated - 1] == DIGIT]
    before = np.searchsorted(dated, starts)
    table.add("dates", np.minimum(np.searchsorted(dated, ends) - before, 3))
    head = np.minimum(starts + 7, ends)
    table.add("begins with a date", (np.searchsorted(dated, head) > before) & (edge[0] == DIGIT))
    paged = np.flatnonzero(codes[2:] == ord("版")) + 2
    paged = paged[(codes[paged - 2] == ord("第")) | (classes[paged - 1] == DIGIT)]
    table.add("names a page", np.searchsorted(paged, ends) > np.searchsorted(paged, starts))


def _continues(table: Table, odds: LineOdds) -> None:
    """A line behind a full stop on a page that indents: without an indent it runs on, unless its beginning is lost."""
    flush = table.column("no indent where paragraphs have one")
    whole = np.append(np.float32(0), table.column("length is whole columns")[:-1])[: table.n]
    table.add("no indent, begins a sentence", flush * (odds.begins > 0.5))
    table.add("no indent, begins within a sentence", flush * (odds.begins < -0.5))
    table.add("no indent, column full before", flush * whole)
    table.add("column full before, not indented", whole * (1 - table.column("indented")))


def _language(table: Table, odds: LineOdds) -> None:
    """What the language model says of each line's edges and of the junction before it."""
    for name, values in (
        ("junction", odds.junction),
        ("junction behind", np.append(odds.junction[1:], np.float32(0))),
        ("junction across", odds.across),
        ("begins", odds.begins),
        ("ends", odds.ends),
        ("title", odds.title),
    ):
        table.add(name, np.clip(values, -12, 12) / JUNCTION_SCALE)
