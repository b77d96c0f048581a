"""Which of many rules a text gives occasion to, asked of all of them in one pass over its characters.

Nearly all of a clean text is of no interest to nearly all rules. Each says by what signs it would be called: a character
of a class, or two or three characters in a row. Every sign has a bit in three tables, one for each place in the row; what
is left when the tables are looked up and the bits of neighbours are put together are the signs that the text has.
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
        self._tables = np.zeros((_LONGEST, _BEYOND + 1), np.uint64)
        self._tables[:, _BEYOND] = ~np.uint64(0)
        self._masks: list[tuple[str, int]] = []
        bit = 1
        for name, some in signs.items():
            first = bit
            for sign in some:
                for place, table in enumerate(self._tables):
                    members = _members(sign[place]) if place < len(sign) else slice(None)  # anything behind a short sign
                    table[members] |= np.uint64(bit)
                bit <<= 1
            self._masks.append((name, bit - first))

    def __call__(self, text: str) -> list[str]:
        """The names that the text has signs of, in the order in which they were given."""
        points = np.frombuffer(f"\n{text}\n\n".encode("utf-32-le", "surrogatepass"), np.uint32)
        one, two, three = self._tables
        there = one.take(points[:-2], mode="clip")
        there &= two.take(points[1:-1], mode="clip")
        there &= three.take(points[2:], mode="clip")
        found = int(np.bitwise_or.reduce(there))
        return [name for name, mask in self._masks if found & mask] if found else []


@functools.cache
def _basic_plane() -> str:
    return "".join(map(chr, range(_BEYOND)))


@functools.cache
def _members(pattern: str) -> npt.NDArray[np.int64]:
    """The code points of the basic plane that a pattern matches."""
    spans = [m.span() for m in re.finditer(f"(?:{pattern})+", _basic_plane())]
    return np.concatenate([np.arange(start, end) for start, end in spans])
