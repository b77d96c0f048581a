"""Line breaks: how two lines are joined, and why they were joined or left apart, in words."""

from __future__ import annotations

import re
from collections.abc import Set

_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]+")
_LAST_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+$")
_HYPHEN = re.compile(r"(?<=[A-Za-z\u00c0-\u024f\u3400-\u9fff])[-\u2010\u00ad]$")
_STOPS = "。！？!?…"
_CLOSERS = "”’）》】」』)]"
_OPENERS = {"“": "”", "‘": "’", "（": "）", "《": "》", "【": "】", "「": "」", "『": "』", "(": ")"}


def latin_words(page: str) -> frozenset[str]:
    """The Latin words of a page, in small letters.

    >>> sorted(latin_words("Windows 11与Office"))
    ['office', 'windows']
    """
    return frozenset(_LATIN.findall(page.lower()))


def joint(
    left: str, right: str, words: Set[str] = frozenset(), junction: float = 0.0, title: bool = False
) -> tuple[int, str]:
    """What stands between two lines of one block.

    Chinese takes nothing. Latin words take a space unless one word was cut in two: then the whole word stands
    elsewhere on the page, or the line ends in a hyphen. Numbers are not parted. Two halves of a headline take a space
    unless the break cuts a phrase.

    Args:
        left, right: the two lines without the white space at their edges.
        words: the Latin words of the page, in small letters, to look words up in.
        junction: log-odds that the right line runs on from the left.
        title: whether they are lines of a title.

    Returns:
        How many characters of the left line's end go (a hyphen), and what stands in their place.

    >>> joint("系统运行在Win", "dows 11上", {"windows"}), joint("the New York", "Times"), joint("1,2", "34亿元")
    ((0, ''), (0, ' '), (0, ''))
    """
    if not left or not right:
        return 0, ""
    a, b = left[-1], right[0]
    if _HYPHEN.search(left):
        before, word = _LAST_WORD.search(left[:-1]), _LATIN.match(right)
        if before and word:
            return (1, "") if (before[0] + word[0]).lower() in words or word[0].islower() else (0, "")
        if ord(b) > 0x2E7F and ord(left[-2]) > 0x2E7F:
            return 1, ""
    if a.isascii() and b.isascii():
        return 0, _between_latin(left, right, words)
    if (
        title
        and junction < 0
        and a not in _OPENERS
        and b not in _CLOSERS
        and a not in "，、：；·—"
        and b not in "，、：；·"
    ):
        return 0, " "
    return 0, ""


def _between_latin(left: str, right: str, words: Set[str]) -> str:
    a, b = left[-1], right[0]
    if a.isalpha() and b.isalpha():
        before, behind = _LAST_WORD.search(left), _LATIN.match(right)
        if before and behind:
            whole = before[0] + behind[0]
            if whole.lower() in words:
                return ""
            if len(behind[0]) == 1 or len(before[0]) == 1:
                return "" if whole.isupper() or whole.islower() or whole.istitle() else " "
        return " "
    if a.isalpha() and b.isdigit():
        before = _LAST_WORD.search(left)
        return " " if before and len(before[0]) > 3 else ""
    return " " if a in ",;:!?" and b.isalpha() else ""


def reasons(
    left: str, right: str, *, junction: float, whole: bool, full: bool, indented: bool, kinds: tuple[str, str]
) -> str:
    """Why two lines were joined or left apart, in words.

    Args:
        left, right: the line before the break and the one behind it.
        junction: log-odds that the right line runs on from the left.
        whole: whether the characters around the break stand side by side elsewhere on the page.
        full: whether the left line is as wide as the column.
        indented: whether the right line is indented.
        kinds: the kind of block on both sides.

    >>> reasons("消毒消", "杀、清运垃圾", junction=4.7, whole=True, full=True, indented=False, kinds=("paragraph",) * 2)
    'no end mark; 消|杀 runs on (log-odds 4.7) and stands elsewhere on the page; the line is full width'
    """
    said = []
    if kinds[0] != kinds[1]:
        said.append(f"a {kinds[1]} begins behind a {kinds[0]}")
    end = left[-1]
    if end in _STOPS or (end in _CLOSERS and left[-2:-1] and left[-2] in _STOPS):
        said.append(f"ends with {end}")
    elif opened := _unclosed(left):
        said.append(f"{opened} is not closed")
    else:
        said.append("no end mark")
    again = " and stands elsewhere on the page" if whole else ""
    said.append(f"{end}|{right[0]} {'runs on' if junction > 0 else 'does not run on'} (log-odds {junction:.1f}){again}")
    said.append("the line is full width" if full else "the line is short")
    if indented:
        said.append("the next line is indented")
    return "; ".join(said)


def _unclosed(line: str) -> str:
    """The last bracket or quote that the line opens and does not close."""
    for c in reversed(line):
        if c in _OPENERS and line.count(c) > line.count(_OPENERS[c]):
            return c
    return ""
