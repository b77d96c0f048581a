"""Edits: what a rule proposes to do to a text, as data. Nothing in this module knows any Chinese.

An edit names a span of the text by code-point offsets and what shall stand there. Edits that have been *settled*
(:func:`first_longest`) are sorted and do not overlap; all other functions take settled edits.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import Any, NamedTuple


class Level(IntEnum):
    """How sure a rule is of an edit, in three ordered words.

    The levels are defined by precision measured on pages whose truth is known: ``SURE`` at least 99.9 %, ``LIKELY`` at
    least 98 %, ``GUESS`` below. A preset applies ``LIKELY`` and better; a guess is reported as a suggestion.

    >>> Level.GUESS < Level.LIKELY < Level.SURE
    True
    """

    GUESS = 1
    LIKELY = 2
    SURE = 3


class Edit(NamedTuple):
    """Replace ``text[start:end]`` by ``new``; offsets are code points.

    ``rule`` names who proposed it, ``reason`` says why in words a reader understands. An insertion has
    ``start == end``, a deletion has an empty ``new``.

    >>> apply_edits("你好,世界", [Edit(2, 3, "，", "punctuation")])
    '你好，世界'
    """

    start: int
    end: int
    new: str
    rule: str
    level: Level = Level.SURE
    reason: str = ""


def check_text(text: Any) -> None:
    """Refuse what is no text before a rule stumbles over it.

    Raises:
        TypeError: it is no ``str``; the message says how to come by one.

    >>> check_text(b"page")
    Traceback (most recent call last):
    TypeError: the text is to be a str, not bytes; newsclean.read_text(path).text reads a file in its encoding
    """
    if isinstance(text, str):
        return
    remedy = ""
    if isinstance(getattr(text, "text", None), str):
        remedy = "; give its .text"
    elif isinstance(text, bytes | bytearray | os.PathLike):
        remedy = "; newsclean.read_text(path).text reads a file in its encoding"
    elif isinstance(text, Iterable):
        remedy = "; give its texts one by one"
    raise TypeError(f"the text is to be a str, not {type(text).__name__}{remedy}")


def first_longest(proposals: Iterable[Edit]) -> list[Edit]:
    """Settle overlapping proposals: the one that begins first stays; of those, the longest; of those, the surest.

    What still ties is settled by the order in which it was proposed. Edits that only touch do not overlap; of two
    insertions at one place the first stays, and nothing is inserted where a replacement begins.

    Args:
        proposals: edits of one text, in any order.

    Returns:
        Edits sorted by place, none overlapping another.

    >>> settled = first_longest([Edit(3, 4, "b", "two"), Edit(2, 4, "a", "one"), Edit(4, 5, "c", "three")])
    >>> [edit.rule for edit in settled]
    ['one', 'three']
    """
    edits = list(proposals)
    last = -1
    for edit in edits:
        if edit[0] <= last:
            break
        last = edit[1]
    else:
        return edits  # most rules propose in order and apart
    settled: list[Edit] = []
    end = -1
    inserted_at = -1
    for edit in sorted(edits, key=lambda e: (e.start, -e.end, -e.level)):
        if edit.start < end or edit.start == edit.end == inserted_at:
            continue
        settled.append(edit)
        end = edit.end
        inserted_at = edit.end if edit.start == edit.end else -1
    return settled


def apply_edits(text: str, edits: Sequence[Edit]) -> str:
    """The text with settled edits applied.

    Raises:
        ValueError: an edit overlaps the one before it or lies outside the text.

    >>> apply_edits("3 月 20 日", [Edit(1, 2, "", "spaces"), Edit(3, 4, "", "spaces"), Edit(6, 7, "", "spaces")])
    '3月20日'
    """
    pieces: list[str] = []
    at = 0
    length = len(text)
    for edit in edits:
        start, end = edit[0], edit[1]
        if not at <= start <= end <= length:
            raise ValueError(
                f"{edit} overlaps the edit before it (which ends at {at}) or lies outside the text of {len(text)} code "
                "points; settle proposals with first_longest"
            )
        pieces.append(text[at:start])
        pieces.append(edit[2])
        at = end
    pieces.append(text[at:])
    return "".join(pieces)


def invert(text: str, edits: Sequence[Edit]) -> list[Edit]:
    """The edits that turn ``apply_edits(text, edits)`` back into ``text``.

    >>> edits = [Edit(2, 3, "，", "punctuation")]
    >>> apply_edits("你好，世界", invert("你好,世界", edits))
    '你好,世界'
    """
    shift = 0
    inverted: list[Edit] = []
    for edit in edits:
        start = edit.start + shift
        inverted.append(edit._replace(start=start, end=start + len(edit.new), new=text[edit.start : edit.end]))
        shift += len(edit.new) - (edit.end - edit.start)
    return inverted
