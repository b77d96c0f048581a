"""Passages that two places of a text have in common, whatever their line breaks: a character n-gram join.

The text is compared on a *key*: its letters and digits only, folded in width, case and form, so that lines, spaces,
indents and punctuation play no part. Runs of :data:`RUN` characters that stand twice are joined by their hashes and
chained along diagonals. All of it is a fixed number of passes of numpy over the text, and one loop over what repeats.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

RUN = 6
"""Characters that must stand twice in a row before two places are compared: with one character in seven misread,
most passages still have such a run."""

MAX_GAP = 48
"""The most characters between two runs of one passage."""

MAX_PLACES, PHRASE = 200, 16
"""A run that stands at more than so many places is compared only where it goes on for so many characters: a phrase
that stands hundreds of times is a ruling, a form or noise. Passages that stand as often are found by their length."""

MANY = 1 << 12
"""From so many runs on those that stand alone are sorted out before the others are looked at one by one."""

AT_ONCE = 1 << 20
"""About so many of them at a time, so that the working arrays stay small."""

MAX_SLIP = 12
"""The most characters that one of two places has more than the other between two runs."""

_RADICALS = (
    "⺁厂⺇几⺌小⺎兀⺏尢⺐尢⺒巳⺓幺⺕彑⺛旡⺝月⺞歹⺟母⺠民⺡水⺢水⺣火⺤爪⺥爪⺦丬⺧牛⺨犬⺩王⺫目⺬示⺭示⺮竹⺯糸⺰纟⺱网⺲罒"
    "⺳网⺴网⺶羊⺷羊⺸羊⺹老⺺聿⺻聿⺼肉⺽臼⺾艹⺿艹⻀艹⻁虎⻂衣⻃覀⻄西⻅见⻆角⻇角⻈讠⻉贝⻊足⻋车⻌辶⻍辶⻎辶⻏邑⻐钅⻑長⻒镸"
    "⻓长⻔门⻕阜⻖阜⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻞食⻟食⻠饣⻡首⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龟⻲亀⻳龟"
)


class Key(NamedTuple):
    """What of a text is compared: ``text[k]`` is the folded letter or digit that stands at ``places[k]``."""

    text: str
    places: npt.NDArray[np.int64]
    codes: npt.NDArray[np.uint32]


class Run(NamedTuple):
    """``n`` characters of the key that stand at ``first`` and again at ``again``."""

    first: int
    again: int
    n: int


@cache
def _folds() -> npt.NDArray[np.uint32]:
    """For each code point of the basic plane the letter or digit it is compared as, or 0 where it is passed over."""
    folds = np.arange(0x10000, dtype=np.uint32)
    folds[0xD800:0xF900] = 0
    codes = [*range(0x3400), *range(0xA000, 0xAC00), *range(0xD7A4, 0xD800), *range(0xF900, 0x10000)]
    chars = [unicodedata.normalize("NFKC", chr(code))[0].lower()[0] for code in codes]
    folds[codes] = [ord(char) if char.isalnum() else 0 for char in chars]
    for radical, char in zip(_RADICALS[::2], _RADICALS[1::2], strict=True):
        folds[ord(radical)] = ord(char)
    for letter, digit in zip("oil", "011", strict=True):  # engines take the one for the other
        folds[folds == ord(letter)] = ord(digit)
    return folds


class Runs(NamedTuple):
    """The runs of a key, and of those that stand too often how many places were not compared, and where the first is."""

    found: list[Run]
    crowded: int = 0
    first_crowded: int = 0


def key_of(text: str) -> Key:
    """The key of a text.

    >>> key = key_of("３月 １２日，\\n当接到")
    >>> key.text, key.places.tolist()
    ('3月12日当接到', [0, 1, 3, 4, 5, 8, 9, 10])
    """
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    folded = _folds().take(codes, mode="clip")
    if text and not text.isascii() and int(codes.max()) > 0xFFFF:  # the further planes: Han is kept, signs are not
        folded = np.where(codes > 0xFFFF, np.where(codes >= 0x20000, codes, 0), folded)
    places = folded.nonzero()[0]
    kept = folded[places].astype("<u4")
    return Key(kept.tobytes().decode("utf-32-le"), places, kept)


def _hashes(codes: npt.NDArray[np.uint32], size: int) -> npt.NDArray[np.uint64]:
    """A 64-bit hash of each run of so many codes."""
    base = 0x9E3779B97F4A7C15
    runs: npt.NDArray[np.uint64] = codes.astype(np.uint64)
    hashed = 1  # codes
    while hashed < size:
        more = min(hashed, size - hashed)
        runs = runs[:-more] * np.uint64(base**more % 2**64) + runs[more:]
        hashed += more
    runs ^= runs >> np.uint64(31)
    runs *= np.uint64(0xD6E8FEB86659FD93)
    return runs


def runs(key: Key, size: int = RUN, apart: int = 0) -> Runs:
    """Where the key repeats itself: runs of characters with one of the two places where they last stood before.

    Args:
        key: the key.
        size: characters of the shortest runs.
        apart: how far from each other the two places of a run are at least.
    """
    if len(key.codes) <= size:
        return Runs([])
    hashes = _hashes(key.codes, size)
    # most runs stand once: a table smaller than a sort tells which ones may not
    bits = min(22, max(10, len(hashes).bit_length() + 2))
    slots = (hashes >> np.uint64(64 - bits)).view(np.int64)
    maybe = (np.bincount(slots, minlength=1 << bits).take(slots) > 1).nonzero()[0]
    if not len(maybe):
        return Runs([])
    hashes = hashes[maybe]
    order = np.argsort(hashes, kind="stable")
    maybe, hashes = maybe[order], hashes[order]
    first_of = _changes(hashes, 0).nonzero()[0]
    counts = _sizes(first_of, len(hashes))
    times = None
    if int(counts.max()) > MAX_PLACES:
        times = np.zeros(len(key.codes), np.int32)  # how often the run at a place of the key stands
        times[maybe] = counts.repeat(counts)
    found: list[npt.NDArray[np.int32]] = []
    crowded, first_crowded = 0, 0
    for back in (1, 2):  # a passage may repeat a phrase within itself: then the last place before is not the one it copies
        same = (hashes[back:] == hashes[:-back]).nonzero()[0]
        if not len(same):
            break
        first, again = maybe[same], maybe[same + back]
        in_order = np.argsort(again, kind="stable")
        first, again = first[in_order], again[in_order]
        starts = (_changes(first, 1) | _changes(again, 1)).nonzero()[0]
        sizes = _sizes(starts, len(first)) + (size - 1)
        first, again = first[starts], again[starts]
        rows = np.empty((3, len(starts)), np.int32)
        rows[0], rows[1], rows[2] = first, again, sizes
        if times is not None:
            told = (sizes >= PHRASE) | (times[first] <= MAX_PLACES)
            if back == 1 and not told.all():
                crowded, first_crowded = int((~told).sum()), int(first[~told].min())
            rows = rows[:, told]
        if apart:
            rows = rows[:, rows[1] - rows[0] >= apart]
        found.append(rows)
    if not found:
        return Runs([], crowded, first_crowded)
    del hashes, maybe, times, first_of, counts
    together = np.concatenate(found, axis=1)
    found.clear()
    if together.shape[1] > MANY:
        together = together[:, ~_alone(*together)]
    first, again, _ = together
    rows = together[:, np.lexsort((-first, again))]
    return Runs(list(map(Run, *rows.tolist())), crowded, first_crowded)


def _alone(
    first: npt.NDArray[np.int32], again: npt.NDArray[np.int32], sizes: npt.NDArray[np.int32]
) -> npt.NDArray[np.bool_]:
    """Whether a run is short and no other ends or begins near enough to be of one passage with it.

    Such a run makes no passage. In a text of random digits nearly all are such.
    """
    near = 1 << 6  # above MAX_GAP and what runs may overlap by
    diagonals = again - first >> 4  # as in chains
    least, most = int(diagonals.min()), int(diagonals.max())
    across = int(again.max()) // near + 4  # cells of one diagonal
    alone = sizes < RUN + 2
    step = max(1, (most - least) * AT_ONCE // len(first))
    for low in range(least, most + 1, step):  # some diagonals at a time, and those beside them
        (some,) = np.nonzero((diagonals >= low - 1) & (diagonals <= low + step))
        if not len(some):
            continue
        cells = (diagonals[some].astype(np.int64) - (low - 2)) * across
        begins, ends = cells + again[some] // near + 1, cells + (again[some] + sizes[some]) // near + 1
        begun, ended = np.argsort(begins), np.argsort(ends)
        company = np.zeros(len(some), bool)
        for order, ours, others in ((begun, begins[begun], ends[ended]), (ended, ends[ended], begins[begun])):
            beside = np.zeros(len(some), np.int64)
            for shift in (-across, 0, across):  # asked in order, which is many times faster
                beside += others.searchsorted(ours + (shift + 1), side="right")
                beside -= others.searchsorted(ours + (shift - 1))
            company[order[beside > 1]] = True  # one is itself
        inner = (diagonals[some] >= low) & (diagonals[some] < low + step)
        alone[some[inner & company]] = False
    return alone


def _sizes(starts: npt.NDArray[np.int64], end: int) -> npt.NDArray[np.int64]:
    """How far it is from each of some places to the next one, and from the last to the end."""
    sizes = np.empty(len(starts), np.int64)
    sizes[:-1], sizes[-1:] = starts[1:], end
    sizes -= starts
    return sizes


def _changes(values: npt.NDArray[np.int64] | npt.NDArray[np.uint64], step: int) -> npt.NDArray[np.bool_]:
    """Whether each value, the first always, is not the one before it plus the step."""
    changed = np.ones(len(values), bool)
    np.not_equal(values[1:] - values[:-1], step, out=changed[1:])
    return changed


def chains(found: list[Run]) -> list[list[Run]]:
    """Runs that follow one another in both places, near enough to belong to one passage."""
    done: list[list[Run]] = []
    latest: dict[int, list[Run]] = {}  # by diagonal, in steps of 16
    for run in found:
        first, again, n = run
        diagonal = again - first >> 4
        for near in (diagonal, diagonal - 1, diagonal + 1):
            chain = latest.get(near)
            if chain is None:
                continue
            before = chain[-1]
            gap, gap_again = first - before[0] - before[2], again - before[1] - before[2]
            if gap <= MAX_GAP and gap_again <= MAX_GAP and -MAX_SLIP <= gap - gap_again <= MAX_SLIP:
                over = -min(gap, gap_again, 0)  # both cannot have the same characters twice
                if over < n and over < 2 * RUN:
                    chain.append(Run(first + over, again + over, n - over) if over else run)
                    latest[diagonal] = chain
                    break
        else:
            latest[diagonal] = chain = [run]
            done.append(chain)
    return done


LINE_BREAK = re.compile(r"\r\n|[\n\r\f\v\x85\u2028\u2029]")
_TERMINAL = re.compile(r"(?:[。！？…!?]|\.(?!\d))[^，、；,;]*\Z|[：:）)]\s*\Z")
_STOP = re.compile(r"[。！？…；!?;]|\.(?!\d)")
_CLOSING_LINE = re.compile(r"[ \t\u3000]*[。！？…”』」）》，；：、,.!?;:)\"]+[ \t\u3000]*(?=[\n\r]|\Z)")
_BRACKET = re.compile(r"[）】〕)\]：:]")
_CLOSER = re.compile(r"[，。；：！？、…”』」）》,;:!?)](?![，。；：、,.;:])")
_MARK = re.compile(r"[，。；：、,;:]")
PROSE = re.compile(r"[，。；！？,;!?]")


def _line_breaks(text: str) -> npt.NDArray[np.int64]:
    """The places behind all line breaks, those that :data:`LINE_BREAK` finds.

    >>> _line_breaks("\\r\\n一\\n\\n二\\u2028").tolist() == [m.end() for m in LINE_BREAK.finditer("\\r\\n一\\n\\n二\\u2028")]
    True
    """
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    broken = _breaking().take(codes, mode="clip")
    if "\r\n" in text:  # one line break
        broken[:-1] &= (codes[:-1] != 13) | (codes[1:] != 10)
    return broken.nonzero()[0] + 1


@cache
def _breaking() -> npt.NDArray[np.bool_]:
    """Whether each code point of the basic plane ends a line."""
    found = np.zeros(0x10000, bool)
    found[[code for code in range(0x2100) if LINE_BREAK.fullmatch(chr(code))]] = True
    return found


class Edge(NamedTuple):
    """Where a side of a match begins or ends: a place of the key, the boundary of lines there (or None: within a line),
    and whether a paragraph begins or ends with it."""

    place: int
    line: int | None = None
    paragraph: bool = False


@dataclass(slots=True)
class Lines:
    """The lines of a text that have letters or digits, and the boundaries between them: line ``k`` begins at boundary
    ``k``."""

    text: str
    key: Key
    breaks: npt.NDArray[np.int64] = field(init=False)
    keys: list[int] = field(init=False)
    starts: list[int] = field(init=False)
    width: float = field(init=False)
    _ends: dict[int, bool] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.breaks = _line_breaks(self.text)
        firsts = self.key.places.searchsorted(self.breaks)  # of the places that line breaks part
        firsts = firsts[(firsts > 0) & (firsts < len(self.key.places))]
        self.keys = [0, *firsts[_changes(firsts, 0)].tolist(), len(self.key.places)]
        before = self.breaks.searchsorted(self.key.places[self.keys[:-1]], side="right")  # each line's first letter
        self.starts = np.concatenate([[0], self.breaks]).take(before).tolist()
        widths = self.breaks.copy()
        widths[1:] -= self.breaks[:-1]
        widths = widths[widths > 1]
        widths.sort()  # np.median takes ten times as long on so few
        self.width = float(widths[(len(widths) - 1) // 2] + widths[len(widths) // 2]) / 2 if len(widths) else 1.0

    def between(self, boundary: int) -> str:
        """What stands between the last letter before a boundary and the first behind it."""
        at = self.keys[boundary]
        start = int(self.key.places[at - 1]) + 1 if at else 0
        return self.text[start : int(self.key.places[at]) if at < len(self.key.places) else len(self.text)]

    def ends_paragraph(self, boundary: int) -> bool:
        """Whether a paragraph ends at the boundary: a blank line, an end mark or a line much shorter or longer
        than the page's others before it, or an indent behind it."""
        if boundary in (0, len(self.keys) - 1):
            return True
        known = self._ends.get(boundary)
        if known is None:
            pieces = LINE_BREAK.split(self.between(boundary))
            wide = self.end(boundary - 1) - self.start(boundary - 1)
            known = self._ends[boundary] = (
                any(not piece.strip() for piece in pieces[1:-1])
                or _TERMINAL.search("".join(pieces[:-1])) is not None
                or pieces[-1].startswith(("\u3000", "  ", "\t"))
                or not 0.7 <= wide / self.width <= 1.4
            )
        return known

    def source(self, start: int, end: int) -> str:
        """A span of the key as it stands in the text, from its first letter to its last."""
        return self.text[int(self.key.places[start]) : int(self.key.places[end - 1]) + 1]

    def prose(self, start: int, end: int) -> bool:
        """Whether a span of the key reads as running text: it has clauses, or ends with the end mark of a sentence."""
        return self.sentence_ends(end) or PROSE.search(self.source(start, end)) is not None

    def sentence_begins(self, at: int) -> bool:
        """Whether a sentence, or what follows a bracket at its beginning, begins at a place of the key."""
        start = int(self.key.places[at - 1]) + 1 if at else 0
        return self.sentence_ends(at) or _BRACKET.search(self.text, start, int(self.key.places[at])) is not None

    def opening_of(self, at: int) -> str:
        """The first 16 characters of the line in which a place of the key stands."""
        start = self.starts[bisect_right(self.keys, at) - 1]
        return self.text[start : start + 16]

    def begins_with_mark(self, at: int) -> bool:
        """Whether a line that begins at a place of the key begins with a mark that no sentence begins with."""
        before = self.text[int(self.key.places[at - 1]) + 1 if at else 0 : int(self.key.places[at])]
        return _CLOSER.match(LINE_BREAK.split(before)[-1].lstrip()) is not None

    def sentence_ends(self, at: int) -> bool:
        """Whether a sentence ends before a place of the key."""
        return self.stop(at) is not None

    def stop(self, at: int) -> str | None:
        """The kind of end mark before a place of the key: a question mark, another one, or none."""
        start = int(self.key.places[at - 1]) + 1 if at else 0
        end = int(self.key.places[at]) if at < len(self.key.places) else len(self.text)
        found = _STOP.search(self.text, start, end)
        return found and ("？" if found[0] in "？?" else "。")

    def line_before(self, at: int) -> str:
        """The line with letters before the one in which a place of the key stands, or nothing."""
        k = bisect_right(self.keys, at) - 1
        return self.text[self.start(k - 1) : self.end(k - 1)] if k > 0 else ""

    def follows_title(self, boundary: int | None) -> bool:
        """Whether the line before a boundary has no mark of a sentence in it, as a headline has none."""
        if not boundary:
            return True
        return _MARK.search(self.text, self.start(boundary - 1), self.end(boundary - 1)) is None

    def near(self, place: int, low: int, high: int, paragraph: bool) -> Edge | None:
        """The boundary between lines (or paragraphs) nearest to a place of the key, not before low nor behind high."""
        first, end = bisect_left(self.keys, low), bisect_right(self.keys, high)
        found = range(first, end) if end - first < 2 else sorted(range(first, end), key=lambda b: abs(self.keys[b] - place))
        for b in found:
            ends = self.ends_paragraph(b)
            if ends or not paragraph:
                return Edge(self.keys[b], b, ends)
        return None

    def exact(self, place: int) -> Edge:
        """A place of the key, with the boundary of lines that is exactly there, or none."""
        place = min(max(0, place), len(self.key.text))
        return self.near(place, place, place, False) or Edge(place)

    def start(self, line: int) -> int:
        """Where a line begins in the text, indent and all."""
        return self.starts[line]

    def end(self, line: int) -> int:
        """Where a line ends in the text; a line of nothing but closing marks behind it belongs to it."""
        place = int(self.key.places[self.keys[line + 1] - 1])
        while True:
            found = LINE_BREAK.search(self.text, place)
            if not found:
                return len(self.text)
            closing = _CLOSING_LINE.match(self.text, found.end())
            if not closing:
                return found.start()
            place = closing.end()
