"""The lines of a text as its key sees them, and the boundaries between them: where sentences and paragraphs end.

The key (:mod:`newsclean.repeats.passages`) knows neither lines nor marks; whether what stands twice is a passage of its own is
told by what stands between the letters.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from newsclean.repeats.passages import Key, changes

LINE_BREAK = re.compile(r"\r\n|[\n\r\f\v\x85\u2028\u2029]")
_TERMINAL = re.compile(r"(?:[。！？…!?]|\.(?!\d))[^，、；,;]*\Z|[：:）)]\s*\Z")
_STOP = re.compile(r"[。！？…；!?;]|\.(?!\d)")
_CLOSING_LINE = re.compile(r"[ \t\u3000]*[。！？…”』」）》，；：、,.!?;:)\"]+[ \t\u3000]*(?=[\n\r]|\Z)")
_BRACKET = re.compile(r"[）】〕)\]：:]")
_CLOSER = re.compile(r"[，。；：！？、…”』」）》,;:!?)](?![，。；：、,.;:])")
_MARK = re.compile(r"[，。；：、,;:]")
_OF_THE_FIRST = re.compile(r".*[\s|]|[^“‘（《「『【(\[]*")  # of what stands between two letters of a line
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
        self.keys = [0, *firsts[changes(firsts, 0)].tolist(), len(self.key.places)]
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

    def between_letters(self, at: int) -> int:
        """Where in the text a line is divided before a place of the key: marks stay with the letters they belong to."""
        start, end = int(self.key.places[at - 1]) + 1, int(self.key.places[at])
        found = _OF_THE_FIRST.match(self.text, start, end)
        return found.end() if found else end

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
        found = (
            range(first, end) if end - first < 2 else sorted(range(first, end), key=lambda b: abs(self.keys[b] - place))
        )
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
