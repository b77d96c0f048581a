"""Group duplicates: connected components of the pairs, and which of a group is kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from newsclean.corpus.sketch import Int64

KEEP = ("first", "longest", "cleanest")


def components(count: int, a: Int64, b: Int64) -> Int64:
    """For each of ``count`` documents the smallest document it is connected with.

    >>> import numpy as np
    >>> components(5, np.array([1, 3]), np.array([3, 4])).tolist()
    [0, 1, 2, 1, 1]
    """
    root = np.arange(count)
    while True:
        low = np.minimum(root[a], root[b])
        before = root.copy()
        np.minimum.at(root, root[a], low)
        np.minimum.at(root, root[b], low)
        while True:  # follow the pointers down
            shorter = root[root]
            if np.array_equal(shorter, root):
                break
            root = shorter
        if np.array_equal(root, before):
            return root


def connected(a: Int64, b: Int64) -> tuple[Int64, Int64]:
    """The documents that stand in pairs, in order, and for each the smallest it is connected with.

    >>> import numpy as np
    >>> [part.tolist() for part in connected(np.array([7, 2]), np.array([9, 7]))]
    [[2, 7, 9], [2, 2, 2]]
    """
    documents = np.unique(np.concatenate([a, b]))
    root = components(len(documents), np.searchsorted(documents, a), np.searchsorted(documents, b))
    return documents, documents.take(root)


def group(root: Int64) -> list[list[int]]:
    """Groups of two and more, each in ascending order, ordered by their first member.

    >>> import numpy as np
    >>> group(np.array([0, 1, 0, 3, 1]))
    [[0, 2], [1, 4]]
    """
    members, sizes = grouped(root)
    ends = np.cumsum(sizes)
    return [members[e - n : e].tolist() for e, n in zip(ends.tolist(), sizes.tolist(), strict=True)]


def grouped(root: Int64) -> tuple[Int64, Int64]:
    """The same as two arrays: the members, group after group, and how many each group has.

    >>> import numpy as np
    >>> [part.tolist() for part in grouped(np.array([0, 1, 0, 3, 1]))]
    [[0, 2, 1, 4], [2, 2]]
    """
    order = np.argsort(root, kind="stable")
    ordered = root[order]
    begins = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1]))) if len(ordered) else order
    sizes = np.diff(np.append(begins, len(ordered)))
    many = sizes > 1
    return order[np.repeat(many, sizes)], sizes[many]


_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufffd]")
_ENDS = "。！？；：…”’」』）》!?;:.)"


def breaks_off(line: str) -> bool:
    """Whether a line ends in mid-sentence: at a character that can be read and ends nothing.

    >>> breaks_off("今天多云转"), breaks_off("今天晴。 "), breaks_off("")
    (True, False, False)
    """
    end = line.rstrip()[-1:]
    return bool(end) and end not in _ENDS and not _UNREADABLE.match(end)


def damage(text: str) -> int:
    """How many places of a text look damaged: unreadable, control or private characters, lines cut in mid-sentence.

    >>> damage("天气晴。"), damage("天气\ufffd。"), damage("天\\n气晴。\\n")
    (0, 1, 1)
    """
    found = len(_UNREADABLE.findall(text))
    if "\n" in text:
        found += sum(map(breaks_off, text.rstrip().split("\n")[:-1]))
    return found


def size(text: str) -> int:
    """How many characters of a text are not white space.

    >>> size("天 气\\n晴")
    3
    """
    return len("".join(text.split()))


def keep_key(keep: str | Callable[[Any], Any]) -> Callable[[Any, str], Any] | None:
    """Turn a keep policy into a function of an item and its text; the largest value is kept. None: the first."""
    if callable(keep):
        return lambda item, text: keep(item)
    if keep == "longest":
        return lambda item, text: size(text)
    if keep == "cleanest":
        return lambda item, text: (-damage(text), size(text))
    if keep == "first":
        return None
    raise ValueError(f"unknown keep policy {keep!r}: choose one of {', '.join(KEEP)}, or give a function")


def choose(members: Sequence[int], values: dict[int, Any] | None) -> int:
    """The member that is kept: the one of the largest value, the first of equals.

    >>> choose([2, 5, 9], {2: 1, 5: 3, 9: 3})
    5
    """
    return members[0] if values is None else max(members, key=lambda m: (values[m], -m))
