"""Which of many rules a text gives occasion to, asked of all of them in one pass over its characters.

Nearly all of a clean text is of no interest to nearly all rules. Each says by what signs it would be called: a character
of a class, or two or three characters in a row. Characters that no sign tells apart are of one kind; every sign has a bit
in three small tables of kinds, one for each place in the row; what is left when the tables are looked up and the bits of
neighbours are put together are the signs that the text has.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

Sign = tuple[str, ...]
"""Regular expressions of one character each, one to three, that stand in a row."""

_LONGEST = 3
_BEYOND = 0x10000  # stands for all characters beyond the basic plane: they may be any
_CHUNK = 1 << 14  # characters in one go, so that the working arrays stay in the cache


class Screen:
    """Tells which names a text has signs of; a text begins and ends with a line end as far as signs go.

    Args:
        signs: for each name the signs of which one is enough; 64 signs at most.

    Raises:
        ValueError: there are more signs than that.

    >>> screen = Screen({"dashes": [("-", "-")], "digits": [("[0-9]", "[Ol]"), ("[Ol]", "[0-9]")]})
    >>> sorted(screen("核酸检测--每天两轮")), sorted(screen("2O22年，a-b"))
    (['dashes'], ['digits'])
    """

    def __init__(self, signs: Mapping[str, Sequence[Sign]]) -> None:
        if (many := sum(map(len, signs.values()))) > 64:
            raise ValueError(f"{many} signs; the tables have 64 bits")
        self.names = frozenset(signs)
        tables = np.zeros((_LONGEST, _BEYOND + 1), np.uint64)
        tables[:, _BEYOND] = ~np.uint64(0)
        self._masks: list[tuple[str, int]] = []
        bit = 1
        for name, some in signs.items():
            first = bit
            for sign in some:
                for place, table in enumerate(tables):
                    members = _members(sign[place]) if place < len(sign) else slice(None)  # anything behind a short sign
                    table[members] |= np.uint64(bit)
                bit <<= 1
            self._masks.append((name, bit - first))
        # what is in the same classes is of one kind; a hash tells the kinds apart as well as all three rows do
        first_row, second_row, third_row = tables
        hashed = _mixed(_mixed(_mixed(first_row) ^ second_row) ^ third_row)
        _, where, kinds = np.unique(hashed, return_index=True, return_inverse=True)
        self._kinds = kinds.astype(np.uint8 if len(where) <= 256 else np.uint16)
        self._tables = np.ascontiguousarray(tables[:, where])

    def __call__(self, text: str) -> list[str]:
        """The names that the text has signs of, in the order in which they were given."""
        points = np.frombuffer(f"\n{text}\n\n".encode("utf-32-le", "surrogatepass"), np.uint32)
        found = 0
        for start in range(0, len(points) - 2, _CHUNK):
            found |= self._found(points[start : start + _CHUNK + 2])
        return [name for name, mask in self._masks if found & mask] if found else []

    def _found(self, points: npt.NDArray[np.uint32]) -> int:
        """The bits of the signs that begin before the last two characters."""
        kinds = self._kinds.take(points, mode="clip").astype(np.intp)
        one, two, three = self._tables
        there = one.take(kinds[:-2])
        there &= two.take(kinds[1:-1])
        there &= three.take(kinds[2:])
        return int(np.bitwise_or.reduce(there))


def _mixed(bits: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Numbers in which every bit of the given ones counts everywhere, the highest too (Steele et al. 2014)."""
    mixed = (bits ^ bits >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ mixed >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    return np.asarray(mixed ^ mixed >> np.uint64(31), np.uint64)


@functools.cache
def _basic_plane() -> str:
    return "".join(map(chr, range(_BEYOND)))


@functools.cache
def _members(pattern: str) -> npt.NDArray[np.int64]:
    """The code points of the basic plane that a pattern matches."""
    inside = pattern[1:-1]
    if len(pattern) == 1 and pattern not in ".^$":
        return np.array([ord(pattern)])
    if pattern[0] + pattern[-1] == "[]" and inside and not {"\\", "[", "]"} & set(inside):
        return _listed(inside)
    spans = [m.span() for m in re.finditer(f"(?:{pattern})+", _basic_plane())]  # slow: whatever is no plain class
    return np.concatenate([np.arange(start, end) for start, end in spans])


def _listed(inside: str) -> npt.NDArray[np.int64]:
    """The code points of the basic plane that stand in a class without escapes, as a regular expression has it."""
    negated = inside[0] == "^"
    among = np.zeros(_BEYOND, bool)
    at = int(negated)
    while at < len(inside):
        first = last = ord(inside[at])
        if inside[at + 1 : at + 2] == "-" and at + 2 < len(inside):
            last = ord(inside[at + 2])
            at += 2
        among[first : last + 1] = True
        at += 1
    return np.flatnonzero(among ^ negated)
