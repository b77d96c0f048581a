"""Which of many rules a text gives occasion to, asked of all of them in one pass over its characters.

Nearly all of a clean text is of no interest to nearly all rules. Each says by what signs it would be called: a character
of a class, or characters of several classes in a row. All classes are looked up together, in one table with a bit for each.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

Sign = tuple[str, ...]
"""Regular expressions of one character each that stand in a row."""

_BEYOND = 0x10000  # stands for all characters beyond the basic plane: they may be any sign


class Screen:
    """Tells which names a text has signs of; a text begins and ends with a line end as far as signs go.

    Args:
        signs: for each name the signs of which one is enough.

    >>> screen = Screen({"dashes": [("-", "-")], "digits": [("[0-9]", "[Ol]"), ("[Ol]", "[0-9]")]})
    >>> sorted(screen("核酸检测--每天两轮")), sorted(screen("2O22年，a-b"))
    (['dashes'], ['digits'])
    """

    def __init__(self, signs: Mapping[str, Sequence[Sign]]) -> None:
        self.names = frozenset(signs)
        classes = list(dict.fromkeys(c for some in signs.values() for sign in some for c in sign))
        if len(classes) > 64:
            raise ValueError(f"{len(classes)} classes of characters; a table has 64 bits")
        self._table = np.zeros(_BEYOND + 1, np.uint64)
        self._table[_BEYOND] = ~np.uint64(0)
        every = "".join(map(chr, range(_BEYOND)))
        for bit, pattern in enumerate(classes):
            members = "".join(re.findall(pattern, every, re.DOTALL)).encode("utf-16-le", "surrogatepass")
            self._table[np.frombuffer(members, "<u2")] |= np.uint64(1 << bit)
        bits = {pattern: bit for bit, pattern in enumerate(classes)}
        # a mask of the classes that must be there at all, and their bits in a row
        self._signs = [
            (name, [(sum({1 << bits[c] for c in sign}), [np.uint64(bits[c]) for c in sign]) for sign in some])
            for name, some in signs.items()
        ]

    def __call__(self, text: str) -> set[str]:
        """The names that the text has signs of."""
        points = np.frombuffer(f"\n{text}\n".encode("utf-32-le", "surrogatepass"), np.uint32)
        flags = self._table.take(points, mode="clip")
        there = int(np.bitwise_or.reduce(flags))
        found = set()
        for name, some in self._signs:
            for mask, row in some:
                if there & mask == mask and (len(row) == 1 or _in_a_row(flags, row)):
                    found.add(name)
                    break
        return found


def _in_a_row(flags: npt.NDArray[np.uint64], row: Sequence[np.uint64]) -> bool:
    """Does a character of each class follow one of the class before it somewhere?"""
    hits = flags[: len(flags) - len(row) + 1] >> row[0]
    for place, bit in enumerate(row[1:], 1):
        hits &= flags[place : len(flags) - len(row) + 1 + place] >> bit
    return bool(np.bitwise_or.reduce(hits) & np.uint64(1))
